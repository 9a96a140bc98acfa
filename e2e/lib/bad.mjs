// A deliberately bad page, served on this machine: what finds nothing here finds nothing anywhere.
import { createServer } from "node:http";

const BAD = `<html><head><meta name="viewport" content="width=device-width, user-scalable=no">
<style>.pale{color:#ccc;background:#fff}.wide{width:900px}*:focus{outline:none}
body{padding-top:130px}.lid{position:fixed;z-index:1;inset:0 0 auto 0;height:120px;background:#eee}</style></head><body>
<div class="lid"></div><a href="#a" style="position:absolute;top:5px">sous le couvercle</a>
<p class="pale">gris sur blanc</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><input>
<input aria-label="sans raison" name="sans-raison" aria-invalid="true"><input aria-label="muet" name="muet" aria-invalid>
<button></button><h2>un titre</h2><h4>un titre trop bas</h4><div class="wide">trop large</div>
<button style="outline:0">un</button><script>console.error("une panne")</script>
<script>fetch("http://127.0.0.1:9/").catch(() => {})</script></body></html>`;

const HTML = { "content-type": "text/html; charset=utf-8" };

/// Serves the bad page at `/`, an answer of 500 at `/broken`, and at `/policy` a page whose own
/// policy forbids what it does.
export async function badSite() {
	const server = createServer((request, response) => {
		if (request.url === "/broken") return response.writeHead(500, HTML).end("panne");
		if (request.url === "/policy") {
			const headers = { ...HTML, "content-security-policy": "default-src 'self'" };
			return response.writeHead(200, headers).end("<p style='color:red'>un style dans la page");
		}
		response.writeHead(200, HTML).end(BAD);
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		origin: `http://127.0.0.1:${server.address().port}`,
		stop: () => new Promise((resolve) => (server.closeAllConnections?.(), server.close(resolve))),
	};
}
