/** Ends a test run with one plain line, for people and for machines: `tests: N passed, N failed, N skipped`. */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state in tally) tally[state] += 1;
      }
      // A file that could not even be loaded has no tests to fail, and must not pass for none.
      if (module.state() === "failed" && [...module.children.allTests("failed")].length === 0) tally.failed += 1;
    }
    tally.failed += unhandledErrors.length;
    process.on("exit", () => {
      process.stdout.write(`tests: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
    });
  }
}
