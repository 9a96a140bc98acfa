"""The demonstration, opened for a while, and programs that ask at its door."""

import http.client
import json
import os
import re
import subprocess
import tempfile
import urllib.parse


class Demo:
    """`carreau demo` in a folder of its own; ends with the `with`."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="carreau-conformance-")
        # Every page is asked for as fast as two workers can: the limit has a test of its own.
        words = ["demo", "--port", "0", "--scale", "xs", "--weeks", "2", "--api-per-minute", "1000000"]
        self.child = subprocess.Popen(
            [os.environ["CARREAU_PROGRAM"], "--data", self.folder.name, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in self.child.stdout:
            if found := re.search(r"http://([0-9.]+:[0-9]+)/", line):
                self.host = found.group(1)
                return self
        raise SystemExit("the demonstration did not open")

    def __exit__(self, *_):
        self.child.terminate()
        self.told = self.child.communicate(timeout=60)[1]
        self.folder.cleanup()

    def ask(self, method, path, cookie="", body="", token=""):
        connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        if token:
            headers = {"Authorization": f"Bearer {token}"}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def roles(self):
        """The roles as whom one may enter."""
        return re.findall(r'name="role" value="([^"]+)"', self.ask("GET", "/enter")[1])

    def token(self, role):
        """A token that somebody of this role makes on their account page."""
        entered, _ = self.ask("POST", "/enter", body=f"role={role}")
        cookie = entered.getheader("Set-Cookie").split(";")[0]
        _, page = self.ask("GET", "/account", cookie)
        form = re.search(r'<form method="post" action="/account/tokens">.*?</form>', page, re.S)
        fields = {"form_token": re.search(r'name="form_token" value="([^"]+)"', form[0])[1],
                  "name": "conformance", "days": "7"}
        fields |= {name: "1" for name in re.findall(r'name="(leave-[a-z]+)"', form[0])}
        made, page = self.ask("POST", "/account/tokens", cookie, urllib.parse.urlencode(fields))
        assert made.status == 201, page
        return re.search(r"Authorization: Bearer ([A-Za-z0-9]+)", page)[1]

    def items(self, token, path):
        """A list of the API; empty where the role may not read it."""
        answer, text = self.ask("GET", f"/api/v1{path}", token=token)
        return json.loads(text)["items"] if answer.status == 200 else []
