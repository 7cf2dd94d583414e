import type { Reporter, TestModule } from 'vitest/node';

/** Says after each file of tests how far the run is. */
export default class Progress implements Reporter {
  #files = 0;
  #done = 0;

  onTestRunStart(files: readonly unknown[]): void {
    this.#files = files.length;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#done += 1;
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    const state = module.ok() ? 'passed' : 'FAILED';
    process.stdout.write(`[${this.#done}/${this.#files}] ${module.relativeModuleId} ${state} in ${seconds} s\n`);
  }
}
