// A parser of YAML for the oracle: a line with a JSON array of texts in, a line with an array of their trees out.
// A scalar is [plain, text, start, end], a map [0, [[key, value], …], start, end], a list [1, [item, …], start, end];
// places are in characters.  What cannot be parsed is a string that says why.
'use strict';
const readline = require('readline');
const {parseDocument, isMap, isSeq, isAlias, Lexer} = require('yaml');

const options = {schema: 'failsafe', version: '1.2', prettyErrors: false, uniqueKeys: true, keepSourceTokens: false, logLevel: 'silent'};

// JavaScript counts UTF-16 units.
function counter(text) {
	if (!/[\ud800-\udbff]/.test(text))
		return (place) => place;
	const places = new Uint32Array(text.length + 1);
	for (let i = 0, characters = 0; i < text.length; i++) {
		places[i] = characters;
		const high = text.charCodeAt(i) >> 10 === 0xd800 >> 10;
		characters += high ? 0 : 1;
		places[i + 1] = characters;
	}
	return (place) => places[place];
}

function tree(node, place) {
	if (!node)
		throw new Error('a node is missing');
	if (isAlias(node) || node.anchor || node.tag === undefined && node.source === undefined && !node.items)
		throw new Error('an alias or anchor');
	const start = place(node.range[0]), end = place(node.range[1]);
	if (isMap(node))
		return [0, node.items.map((pair) => [tree(pair.key, place), tree(pair.value || empty(pair.key), place)]), start, end];
	if (isSeq(node))
		return [1, node.items.map((item) => tree(item, place)), start, end];
	const text = node.value === null || node.value === undefined ? '' : String(node.value);
	return [!node.type || node.type === 'PLAIN', text, start, end];
}

function empty(key) {
	return {range: [key.range[2], key.range[2]], value: '', source: '', type: 'PLAIN', tag: ''};
}

// [place, comment] of each.
function comments(text, place) {
	const found = [];
	let at = 0, scalarComes = false;
	for (const token of new Lexer().lex(text)) {
		if (token === '\u0002' || token === '\u0018' || token === '\u001f') { // marks that are not in the text
			scalarComes = token === '\u001f';
			continue;
		}
		if (token[0] === '#' && !scalarComes)
			found.push([place(at), token.trimEnd()]);
		scalarComes = false;
		at += token.length;
	}
	return found;
}

function parse(text) {
	try {
		const document = parseDocument(text, options);
		if (document.errors.length)
			return document.errors[0].message;
		const place = counter(text);
		return [document.contents ? tree(document.contents, place) : null, text.includes('#') ? comments(text, place) : []];
	} catch (error) {
		return String(error.message);
	}
}

const input = readline.createInterface({input: process.stdin, crlfDelay: Infinity});
input.on('line', (line) => process.stdout.write(JSON.stringify(JSON.parse(line).map(parse)) + '\n'));
