import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  // The server puts a new nonce in with every page, for the styles that components make.
  html: { cspNonce: "{{nonce}}" },
  oxc: { jsx: { runtime: "automatic" } },
  build: {
    target: "es2024",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Packages mark what runs in browsers, for frameworks that also run elsewhere.
    rolldownOptions: {
      checks: { bundlerTimings: false },
      onLog: (level, log, handle) => (log.code === "MODULE_LEVEL_DIRECTIVE" ? undefined : handle(level, log)),
    },
  },
  server: {
    port: 7444,
    proxy: { "/api": { target: "https://127.0.0.1:7443", secure: false } },
  },
});
