"""A proxy with one planted fault, so that a run that finds nothing is known to look."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Faulty:
    """Passes everything on to `host`, but for what `answer` and `document` change."""

    def __init__(self, host, answer=None, document=None):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                connection = http.client.HTTPConnection(host, timeout=60)
                # What is compressed could not be read, and changed, on its way.
                dropped = ("connection", "content-length", "accept-encoding")
                headers = {name: value for name, value in self.headers.items()
                           if name.lower() not in dropped}
                connection.request(self.command, self.path, body=body or None, headers=headers)
                got = connection.getresponse()
                status, text = got.status, got.read()
                if document and self.path.endswith("/openapi.json"):
                    text = json.dumps(document(json.loads(text))).encode()
                elif answer:
                    status, text = answer(self.command, self.path, status, text)
                self.send_response(status)
                for name, value in got.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text)
                connection.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = pass_on
            do_TRACE = do_QUERY = pass_on

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = "127.0.0.1:%d" % self.server.server_port

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
