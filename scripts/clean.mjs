// npm run clean: removes what was built. The state of the sample app stays; `npm start -- --fresh` removes it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projects, root } from './projects.mjs';

for (const folder of ['dist', 'coverage', ...projects.flatMap(({ outputs }) => outputs)])
  rmSync(join(root, folder), { recursive: true, force: true });
