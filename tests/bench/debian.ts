/** Programs that Debian has: found, or installed, or a reason to do without. */
import { run } from "./process.js";

/** Undefined if the command is there, in the end; else what to tell. */
export async function missing(command: string, packageName: string, progress: (what: string) => void): Promise<string | undefined> {
  if (await isFound(command)) return undefined;
  progress(`${command} is missing: installing Debian's ${packageName}`);
  try {
    await run("apt-get", ["install", "--yes", packageName]);
  } catch (error) {
    return `found no ${command}, and \`apt-get install ${packageName}\` failed: ${error instanceof Error ? error.message.split("\n").at(-1) : String(error)}`;
  }
  return (await isFound(command)) ? undefined : `${packageName} is installed, and there is still no ${command}`;
}

async function isFound(command: string): Promise<boolean> {
  const { status } = await run("/bin/sh", ["-c", 'command -v "$1" > /dev/null', "sh", command], { allowed: [0, 1, 127] });
  return status === 0;
}
