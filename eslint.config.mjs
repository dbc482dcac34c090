// What is checked of the page's modules and their tests; run by scripts/lint-page.

import js from "./.sdks/eslint/node_modules/@eslint/js/src/index.js";
import globals from "./.sdks/eslint/node_modules/globals/index.js";

export default [
  { ignores: ["src/stt/web/vendor/**"] },
  js.configs.recommended,
  {
    files: ["src/stt/web/**/*.js"],
    languageOptions: { ecmaVersion: 2025, sourceType: "module", globals: { ...globals.browser, Highlight: "readonly" } },
    rules: {
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      curly: ["error", "multi-line"],
      "max-lines": ["error", 250],
      "max-lines-per-function": ["error", 60],
      complexity: ["error", 16],
      "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_" }],
    },
  },
  { files: ["src/stt/web/theme-first.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/web/**/*.mjs"], languageOptions: { ecmaVersion: 2025, sourceType: "module", globals: globals.node } },
];
