/** A bar on standard error while work goes on, on a terminal only. */
export interface Progress {
  readonly update: (done: number, total: number, what: string) => void;
  readonly stop: () => void;
}

const NONE: Progress = { update: () => undefined, stop: () => undefined };

export async function startProgress(verb: string): Promise<Progress> {
  if (process.stderr.isTTY !== true) return NONE;
  const { default: { SingleBar, Presets } } = await import("cli-progress");
  const bar = new SingleBar({ format: `${verb} [{bar}] {value}/{total}  {what}`, stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 30, etaBuffer: 20 }, Presets.legacy);
  let isStarted = false;
  return {
    update: (done, total, what) => {
      if (!isStarted) bar.start(total, done, { what });
      else bar.update(done, { what });
      isStarted = true;
    },
    stop: () => { if (isStarted) bar.stop(); },
  };
}
