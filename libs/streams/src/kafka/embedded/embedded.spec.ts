import { driverConformance } from '../driver.conformance.js';
import { embedded } from './index.js';

driverConformance('embedded', () => {
  const connection = embedded();
  return Promise.resolve({ connection, close: () => Promise.resolve(connection.close()) });
});
