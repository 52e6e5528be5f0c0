export default { test: { include: ['*.vitest.js'], setupFiles: ['@ouzel/testing/vitest'] } };
