/** `popek certify`: every question of a check as SMT-LIB, answered once more by independent solvers; and such a certificate checked again. */
import { certificateJson, certificateText, manifestJson, queryFile } from "../../report/certificate.js";
import { SOLVER_FAMILIES } from "../../smt/solvers.js";
import { differences, standingOf, type Certificate } from "../../verdict/certificate.js";
import { defineCommand, MACHINE_OPTIONS, readParameters } from "../command.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { badInput, EXIT, type ExitCode } from "../failure.js";
import { bundledMachines, loadMachine } from "../load-machine.js";
import { monitorNamed } from "../monitor-named.js";
import { interruptible } from "../interruptible.js";
import { writeResult, writeTo } from "../output.js";
import { startOutputFolder, type OutputFolder } from "../output-folder.js";
import { configurationOf } from "../perform-check.js";
import { performCertify, type Certified, type CertifyingSolver, type CertifyWork } from "../perform-certify.js";
import { readJson, validated } from "../read-json.js";
import { shown } from "../read-files.js";
import { colorFor, widthOf } from "../terminal.js";

const CERTIFICATE = "certificate.json", MANIFEST = "manifest.json";
const WHAT = "a certificate";
const { runs, seed, resource, jobs, cache } = ENGINE_OPTIONS;

export const command = defineCommand({
  positionals: { machine: { type: "string", describe: "a bundled machine, or the path of a folder or file; with --check the one that the certificate names, if not given" } },
  options: {
    output: { type: "string", requiresArg: true, describe: "a folder for certificate, manifest and queries; or a .json file for the certificate alone" },
    check: { type: "string", requiresArg: true, describe: "a certificate to check again: everything is derived anew, and held against it" },
    solvers: { type: "string", default: "z3,cvc5", requiresArg: true, describe: `at least two that are independent, of ${Object.keys(SOLVER_FAMILIES).join(", ")}` },
    "spell-out": { type: "boolean", default: false, describe: "what was answered with the address map left opaque is put to the solvers in full, too" },
    monitor: { type: "string", requiresArg: true, describe: "the proofs about a monitor, too: trap-and-emulate, hybrid, recursive:N or hybrid:N" },
    only: { type: "string", requiresArg: true, describe: "instructions by identifier or mnemonic, with * for anything" },
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    runs, seed, resource, jobs, cache,
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    if ((args.output === undefined) === (args.check === undefined)) throw badInput("say what is to be done", "either --output FOLDER, or --check CERTIFICATE");
    const given = args.check === undefined ? undefined : await validated<Certificate>(args.check, readJson(args.check, WHAT), "report/certificate.schema.json", WHAT);
    if (given !== undefined && (args.only !== undefined || args.config !== undefined || args.monitor !== undefined || args["spell-out"])) throw badInput("--only, --config, --monitor and --spell-out stand in the certificate", "leave them out with --check");
    const name = args.machine ?? machineOf(given);
    const { machine, warnings } = await loadMachine(name, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const settings = given?.settings ?? { runs: args.runs, seed: args.seed, resource: args.resource, only: args.only, isSpeltOut: args["spell-out"], monitor: args.monitor };
    const work: Omit<CertifyWork, "onQuery" | "signal"> = {
      machine, configuration: configurationOf(machine, given?.configuration ?? args.config), jobs: args.jobs, only: settings.only, solvers: solversNamed(args.solvers), isSpeltOut: settings.isSpeltOut, monitor: settings.monitor === undefined ? undefined : monitorNamed(settings.monitor),
      choice: engineChoice({ engine: "auto", solver: "embedded", runs: settings.runs, seed: settings.seed, resource: settings.resource, cache: args.cache }),
    };
    const layout = { color: colorFor(process.stdout, args.color), width: widthOf(process.stdout) };
    if (given !== undefined) {
      // of another specification nothing can be derived again
      const isOther = given.machine.sha256 !== machine.sha256;
      const { certificate, stories } = isOther ? { certificate: { ...given, machine: { name: machine.name, sha256: machine.sha256 }, obligations: [] }, stories: [] } : await interruptible(args.cache, (signal) => performCertify({ ...work, signal, onQuery: () => undefined }));
      const otherwise = differences(given, certificate);
      await writeResult(certificateText(certificate, { ...layout, stories, differences: otherwise }));
      return otherwise.length > 0 ? EXIT.fails : exitCode(certificate);
    }
    const { certificate, stories } = await interruptible(args.cache, (signal) => made({ ...work, signal }, args.output!));
    await writeResult(certificateText(certificate, { ...layout, stories }));
    return exitCode(certificate);
  },
});

function solversNamed(text: string): readonly CertifyingSolver[] {
  const names = text.split(",").map((n) => n.trim()).filter((n) => n !== "");
  const known = Object.keys(SOLVER_FAMILIES) as CertifyingSolver[];
  return [...new Set(names)].map((n) => {
    const found = known.find((k) => k === n);
    if (found === undefined) throw badInput(`--solvers ${shown(text)}: there is no solver ${shown(n)}`, `at least two of ${known.join(", ")}, between commas`);
    return found;
  });
}

function machineOf(given: Certificate | undefined): string {
  if (given === undefined) throw badInput("an argument is missing: the machine", `bundled: ${bundledMachines().join(", ")}; or give the path of a folder or file`);
  const { name } = given.machine;
  if (!bundledMachines().includes(name)) throw badInput(`the certificate is about ${shown(name)}, which does not come with popek`, "popek certify MACHINE --check CERTIFICATE");
  return name;
}

async function made(work: Omit<CertifyWork, "onQuery">, output: string): Promise<Certified> {
  if (output.endsWith(".json")) {
    const certified = await performCertify({ ...work, onQuery: () => undefined });
    await writeResult(certificateJson(certified.certificate), output);
    return certified;
  }
  const folder: OutputFolder = startOutputFolder(output, CERTIFICATE);
  try {
    const certified = await performCertify({ ...work, onQuery: (obligation, text) => folder.add(queryFile(obligation), text) });
    folder.add(MANIFEST, manifestJson(certified.certificate));
    folder.add(CERTIFICATE, certificateJson(certified.certificate));
    folder.finish();
    return certified;
  } finally {
    folder.abandon();
  }
}

function exitCode({ obligations }: Certificate): ExitCode {
  const standings = new Set(obligations.map(standingOf));
  return standings.has("disagreed") ? EXIT.fails : standings.has("undecided") || standings.has("open") ? EXIT.open : EXIT.asExpected;
}
