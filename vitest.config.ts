/** Tests are laws over generated machines and whole checks: a minute each is allowed, two run at once. */
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["tests/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 } });
