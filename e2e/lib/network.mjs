// A network between the browser and the site, which can be made to lie: it counts what is posted,
// loses answers, breaks.
import { createServer, request } from "node:http";

/// `isCounted`: which posts are counted, and lose their answers. `forgetful`: a variant of the site
/// whose pages forget nothing on leaving. `lose`: so many answers are lost from now on.
export async function network(site, { isCounted = () => true, forgetful = true } = {}) {
	const { hostname, port } = new URL(site.origin);
	const net = { posts: 0, lose: 0, isDown: false };
	const sockets = new Set();
	const server = createServer((asked, answer) => {
		if (net.isDown) return asked.socket.destroy();
		const isPost = asked.method === "POST" && isCounted(asked.url);
		net.posts += isPost ? 1 : 0;
		if (!forgetful && asked.url.endsWith("/leave.js")) return answer.writeHead(200, { "content-type": "text/javascript" }).end("");
		const { url: path, method, headers } = asked;
		const onward = request({ hostname, port, path, method, headers }, (got) => {
			const parts = [];
			got.on("data", (part) => parts.push(part));
			got.on("end", () => {
				// It is done by now: only the answer is lost.
				if (isPost && net.lose > 0) {
					net.lose -= 1;
					return asked.socket.destroy();
				}
				if (!forgetful) delete got.headers["clear-site-data"];
				answer.writeHead(got.statusCode, got.headers);
				answer.end(Buffer.concat(parts));
			});
		});
		onward.on("error", () => asked.socket.destroy());
		asked.pipe(onward);
	});
	server.on("connection", (socket) => {
		// A test that fails half-way leaves nothing that keeps the process alive.
		sockets.add(socket.unref());
		socket.on("close", () => sockets.delete(socket));
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	server.unref();
	const cut = () => sockets.forEach((socket) => socket.destroy());
	return Object.assign(net, {
		origin: `http://localhost:${server.address().port}`,
		break() {
			net.isDown = true;
			cut();
		},
		mend: () => (net.isDown = false),
		stop() {
			cut();
			server.close();
		},
	});
}

/// A broken network is printed as an error by the browser: that is no fault of the page.
export const faultsOf = ({ faults }) => faults.filter((fault) => !/net::ERR_/.test(fault));
