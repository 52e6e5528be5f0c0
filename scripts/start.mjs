// npm start [-- --fresh]: builds what the sample app needs and becomes the sample app, so that a signal to this process
// is a signal to the app.
import { runBuilt } from './run-built.mjs';

await runBuilt('sample-app', 'sample-app/main.js');
