// What lies in a ZIP, without unpacking it.

const END = 0x06054b50, ENTRY = 0x02014b50;

/// The names of the files, in the order of the archive's central directory (APPNOTE 4.3.12).
/// Errors: bytes that are no ZIP.
export function names(bytes) {
	// The end of the directory is 22 bytes and a comment long.
	let end = bytes.length - 22;
	while (end >= 0 && bytes.readUInt32LE(end) !== END) end -= 1;
	if (end < 0) throw new Error("no ZIP: its directory has no end");
	const many = bytes.readUInt16LE(end + 10);
	const found = [];
	let at = bytes.readUInt32LE(end + 16);
	while (found.length < many) {
		if (bytes.readUInt32LE(at) !== ENTRY) throw new Error(`no ZIP: entry ${found.length + 1} is none`);
		const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
		found.push(bytes.toString("utf8", at + 46, at + 46 + name));
		at += 46 + name + extra + comment;
	}
	return found;
}
