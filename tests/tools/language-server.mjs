// Asks the real yaml-language-server about a record, as an editor would, over standard input and output:
//
//	node language-server.mjs SERVER STORE COMMAND FILE [ARGUMENT…]
//
//	diagnose FILE                  one line a problem: line:column: message
//	complete FILE LINE COLUMN      one line a suggestion: label<TAB>text that is put in<TAB>what is said about it
//	hover FILE LINE COLUMN         what is said
//
// Lines and columns count from 1.  FILE is in the store; its text is read from standard input if it is "-NAME".
// Several commands may follow each other, separated by "--": the server is started once.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const PATIENCE_MS = 30000;
const [program, store, ...words] = process.argv.slice(2);
const server = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map(); // by id of the request
const told = new Map(); // diagnostics by uri
const listeners = [];
let last = 0;

function send(message) {
	const text = JSON.stringify({ jsonrpc: "2.0", ...message });
	server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function ask(method, params) {
	const id = ++last;
	send({ id, method, params });
	return new Promise((done) => waiting.set(id, done));
}

const settings = {
	yaml: { completion: true, hover: true, validate: true, schemaStore: { enable: false }, schemas: {} },
	http: {},
	"[yaml]": {},
	editor: {},
	files: {},
};

function take(message) {
	if (message.id !== undefined && message.method) {
		// The server asks us.
		let result = null;
		if (message.method === "workspace/configuration")
			result = message.params.items.map((item) => settings[item.section] ?? {});
		send({ id: message.id, result });
	} else if (message.id !== undefined) {
		waiting.get(message.id)?.(message.error ? Promise.reject(message.error) : message.result);
	} else if (message.method === "textDocument/publishDiagnostics") {
		told.set(message.params.uri, message.params.diagnostics);
		listeners.splice(0).forEach((wake) => wake());
	}
}

let room = Buffer.alloc(0);
server.stdout.on("data", (chunk) => {
	room = Buffer.concat([room, chunk]);
	for (;;) {
		const end = room.indexOf("\r\n\r\n");
		if (end < 0) return;
		const length = Number(/content-length: *(\d+)/i.exec(room.subarray(0, end).toString())[1]);
		if (room.length < end + 4 + length) return;
		const text = room.subarray(end + 4, end + 4 + length).toString();
		room = room.subarray(end + 4 + length);
		take(JSON.parse(text));
	}
});

const timer = setTimeout(() => {
	console.error("the language server did not answer in time");
	server.kill();
	process.exit(1);
}, PATIENCE_MS);

const one = (text) => String(text?.value ?? text ?? "").replace(/\s*\n\s*/g, " | ");

async function open(name) {
	const fromInput = name.startsWith("-");
	const path = resolve(store, fromInput ? name.slice(1) : name);
	const uri = pathToFileURL(path).href;
	const text = readFileSync(fromInput ? 0 : path, "utf8");
	send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
	return uri;
}

async function run([command, name, line, column]) {
	const uri = await open(name);
	const place = { textDocument: { uri }, position: { line: line - 1, character: column - 1 } };
	if (command === "diagnose") {
		while (!told.has(uri)) await new Promise((wake) => listeners.push(wake));
		for (const { range, message } of told.get(uri))
			console.log(`${range.start.line + 1}:${range.start.character + 1}: ${one(message)}`);
	} else if (command === "complete") {
		const answer = await ask("textDocument/completion", place);
		for (const item of answer?.items ?? answer ?? [])
			console.log([item.label, item.textEdit?.newText ?? item.insertText, item.documentation ?? item.detail].map(one).join("\t"));
	} else if (command === "hover") {
		const answer = await ask("textDocument/hover", place);
		console.log(one(answer?.contents));
	} else throw new Error(`no command ${command}`);
	send({ method: "textDocument/didClose", params: { textDocument: { uri } } });
	told.delete(uri);
}

await ask("initialize", {
	processId: process.pid,
	rootUri: pathToFileURL(resolve(store)).href,
	capabilities: {
		workspace: { configuration: true },
		textDocument: { completion: { completionItem: { documentationFormat: ["markdown", "plaintext"] } } },
	},
});
send({ method: "initialized", params: {} });
send({ method: "workspace/didChangeConfiguration", params: { settings } });
for (let from = 0; from <= words.length; ) {
	let to = words.indexOf("--", from);
	if (to < 0) to = words.length;
	if (from) console.log("--");
	await run(words.slice(from, to));
	from = to + 1;
}
await ask("shutdown");
clearTimeout(timer);
server.stdin.end();
server.kill();
