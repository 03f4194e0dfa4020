/** What is shown is run: `transcripts.ts`. */
import { runTranscripts } from "./transcripts.js";

runTranscripts("x86 and s370");
