/** What is shown is run: `transcripts.ts`. */
import { runTranscripts } from "./transcripts.js";

runTranscripts("readme");
