//! A browser without a network: asks the site's router, keeps the cookies, follows "look there".

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use carreau::web::{self, Site, Web};
use tower::ServiceExt;

use crate::hub::House;

/// The fields of a form, in their order.
pub type Sent = Vec<(String, String)>;

pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    /// The token of the session's forms, as the pages have it.
    form_token: String,
}

/// What came back, with the address at which the browser stands then.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
    pub address: String,
}

/// A form as a page shows it: where it goes, and what it sends when nothing is typed.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub is_post: bool,
    pub fields: Sent,
    /// What a field is called on the page (`Reçu/Carotte`), with its name in the form.
    pub called: Sent,
}

impl Browser {
    /// Enters as `role`, as `carreau::web::Role::code` writes it; nobody when empty.
    pub async fn new(house: &House, role: &str) -> Browser {
        let web = Web::new(house.app.clone(), house.hub, Site::default());
        Browser::of(web::router(Arc::new(web)), role).await
    }

    /// Enters by the doors of the demonstration.
    pub async fn of(router: Router, role: &str) -> Browser {
        let (cookies, form_token) = (BTreeMap::new(), String::new());
        let mut browser = Browser { router, cookies, form_token };
        if !role.is_empty() {
            let entered = browser.post_once("/enter", &[("role".into(), role.into())]).await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER, "{role}: {}", entered.text());
            assert_eq!(browser.get_once("/account").await.status, StatusCode::OK, "{role}");
            assert!(!browser.form_token.is_empty(), "{role}");
        }
        browser
    }

    /// A second click of the same browser.
    pub fn twin(&self) -> Browser {
        let (cookies, form_token) = (self.cookies.clone(), self.form_token.clone());
        Browser { router: self.router.clone(), cookies, form_token }
    }

    /// The same browser, with its cookies, at another program on the same database.
    pub fn at(mut self, router: Router) -> Browser {
        self.router = router;
        self
    }

    /// What the browser carries of a cookie, and what it is made to carry.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Makes the browser carry a cookie, as somebody else might have planted it.
    pub fn carry(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }

    pub fn form_token(&self) -> &str {
        &self.form_token
    }

    /// Asks once, without following anything.
    pub async fn ask(&mut self, request: Request<Body>) -> Page {
        let address = request.uri().to_string();
        let response = self.router.clone().oneshot(request).await.expect("a router never fails");
        self.keep_cookies(&response);
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        self.keep_token(&bytes);
        Page { status: parts.status, headers: parts.headers, bytes, address }
    }

    /// A request as a browser on this machine sends it.
    pub fn request(&self, method: Method, address: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let request = Request::builder().method(method).uri(address).header(HOST, "127.0.0.1:8080");
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }

    pub async fn get_once(&mut self, address: &str) -> Page {
        let request = self.request(Method::GET, address);
        let request = request.body(Body::empty());
        self.ask(request.unwrap_or_else(|bad| panic!("{address}: {bad}"))).await
    }

    pub async fn get(&mut self, address: &str) -> Page {
        let page = self.get_once(address).await;
        self.follow(page).await
    }

    pub async fn post_once(&mut self, address: &str, fields: &[(String, String)]) -> Page {
        let request = self.request(Method::POST, address);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut fields = fields.to_vec();
        // As each form of a page has it.
        if !self.form_token.is_empty() && fields.iter().all(|(name, _)| name != "form_token") {
            fields.push(("form_token".into(), self.form_token.clone()));
        }
        self.ask(request.body(Body::from(encoded(&fields))).expect("a request")).await
    }

    /// Sends fields and a file as a form with `multipart/form-data` does.
    pub async fn upload(
        &mut self,
        address: &str,
        fields: &[(String, String)],
        (field, name, file): (&str, &str, &[u8]),
    ) -> Page {
        let mut body = Vec::new();
        let token = ("form_token".to_string(), self.form_token.clone());
        let head =
            |name: &str| format!("--{BORDER}\r\nContent-Disposition: form-data; name=\"{name}\"");
        for (name, value) in fields.iter().chain([&token]) {
            body.extend_from_slice(format!("{}\r\n\r\n{value}\r\n", head(name)).as_bytes());
        }
        let kind = "Content-Type: application/octet-stream";
        let file_head = format!("{}; filename=\"{name}\"\r\n{kind}\r\n\r\n", head(field));
        body.extend_from_slice(file_head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BORDER}--\r\n").as_bytes());
        let request = self.request(Method::POST, address);
        let kind = format!("multipart/form-data; boundary={BORDER}");
        let request = request.header(CONTENT_TYPE, kind).body(Body::from(body));
        self.ask(request.expect("a request")).await
    }

    pub async fn post(&mut self, address: &str, fields: &[(String, String)]) -> Page {
        let page = self.post_once(address, fields).await;
        self.follow(page).await
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            if !page.status.is_redirection() {
                return page;
            }
            let to = page.headers.get(LOCATION).expect("a redirection says where");
            let to = to.to_str().expect("a plain address").to_string();
            page = self.get_once(&to).await;
        }
        panic!("{} leads in a circle", page.address)
    }

    fn keep_token(&mut self, page: &[u8]) {
        let text = String::from_utf8_lossy(page);
        if let Some((_, rest)) = text.split_once("<meta name=\"form-token\" content=\"") {
            self.form_token = rest.split('"').next().unwrap_or_default().to_string();
        }
    }

    fn keep_cookies(&mut self, response: &Response<Body>) {
        for value in response.headers().get_all(SET_COOKIE) {
            let value = value.to_str().expect("a plain cookie");
            let (pair, rest) = value.split_once(';').unwrap_or((value, ""));
            let (name, kept) = pair.split_once('=').expect("a named cookie");
            match rest.contains("Max-Age=0") {
                true => drop(self.cookies.remove(name)),
                false => drop(self.cookies.insert(name.into(), kept.into())),
            }
        }
    }
}

/// Between the parts of a form with a file.
const BORDER: &str = "carreau-border";

/// Fields as a form's body, or behind the `?` of an address.
pub fn encoded(fields: &[(String, String)]) -> String {
    let one = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    out.push(char::from(byte));
                }
                _ => write!(out, "%{byte:02X}").expect("a String takes all"),
            }
            out
        })
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", one(name), one(value)));
    pairs.collect::<Vec<_>>().join("&")
}

impl Page {
    pub fn is_html(&self) -> bool {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("text/html"))
    }

    pub fn html(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("pages are UTF-8")
    }

    /// What a reader sees: without marks, entities resolved, spaces of any kind as one.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for piece in self.html().split('<') {
            text.push(' ');
            text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
        }
        unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Addresses in links of the page, in order, each once.
    pub fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for tag in tags(self.html(), "a") {
            let Some(href) = attribute(tag, "href").filter(|href| href.starts_with('/')) else {
                continue;
            };
            if !links.contains(&href) {
                links.push(href);
            }
        }
        links
    }

    pub fn forms(&self) -> Vec<Form> {
        let mut forms = Vec::new();
        for piece in self.html().split("<form").skip(1) {
            let (head, rest) = piece.split_once('>').expect("a closed tag");
            let inside = rest.split("</form>").next().unwrap_or_default();
            let action = attribute(head, "action");
            let here = || self.address.split('?').next().unwrap_or_default().to_string();
            let action = action.unwrap_or_else(here);
            let is_post = attribute(head, "method").is_some_and(|method| method == "post");
            let (fields, called) = (fields_of(inside), called_in(inside));
            // A button elsewhere on the page may send the same fields to another address.
            let id = attribute(head, "id");
            let sends_it = |button: &&str| id.is_some() && attribute(button, "form") == id;
            for button in tags(self.html(), "button").filter(sends_it) {
                if let Some(action) = attribute(button, "formaction") {
                    let (fields, called) = (fields.clone(), called.clone());
                    forms.push(Form { action, is_post, fields, called });
                }
            }
            forms.push(Form { action, is_post, fields, called });
        }
        forms
    }
}

impl Form {
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Types `value` into a field, by its name or by what it is called. A box gets its tick.
    pub fn set(&mut self, said: &str, value: &str) {
        let name = self
            .name_of(said)
            .unwrap_or_else(|| panic!("no field {said} in {} of {:?}", self.action, self.called));
        match self.fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value.into(),
            None => self.fields.push((name, value.into())),
        }
    }

    pub fn name_of(&self, said: &str) -> Option<String> {
        let called = self.called.iter().find(|(called, _)| called == said);
        let named = || self.called.iter().find(|(_, name)| name == said);
        called.or_else(named).map(|(_, name)| name.clone())
    }
}

/// Every field by what the page calls it.
fn called_in(inside: &str) -> Sent {
    let fields = tags(inside, "input").chain(tags(inside, "select"));
    let named = fields.filter_map(|tag| {
        let label = attribute(tag, "aria-label").unwrap_or_default();
        let called = match attribute(tag, "data-column") {
            Some(column) => format!("{column}/{label}"),
            None => label,
        };
        Some((called, attribute(tag, "name")?))
    });
    named.collect()
}

/// What inputs and choices send. A box is sent only when ticked, a choice its first option.
fn fields_of(inside: &str) -> Sent {
    let mut fields: Sent = Vec::new();
    // A choice without a name is there for the eyes (a filter): nothing of it is sent.
    let mut is_sent = false;
    for piece in inside.split('<').skip(1) {
        let tag = piece.split_once('>').map_or(piece, |(tag, _)| tag);
        if tag.starts_with("input ") {
            let is_box = attribute(tag, "type").is_some_and(|kind| kind == "checkbox");
            if let Some(name) = attribute(tag, "name").filter(|_| !is_box) {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("select ") {
            let name = attribute(tag, "name");
            is_sent = name.is_some();
            fields.extend(name.map(|name| (name, "\0first".into())));
        } else if tag.starts_with("option") {
            let value = attribute(tag, "value").unwrap_or_default();
            if let Some((_, chosen)) = fields.last_mut().filter(|_| is_sent)
                && (chosen == "\0first" || tag.ends_with(" selected"))
            {
                *chosen = value;
            }
        }
    }
    fields
}

/// The insides of the tags of a name: `a href="/"` of `<a href="/">`.
pub fn tags<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let inside = |piece: &'a str| piece.split_once('>').map(|(tag, _)| tag);
    html.split('<').filter_map(inside).filter(move |tag| {
        tag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n']))
    })
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    let at = tag.find(&start)? + start.len();
    Some(unescaped(tag[at..].split('"').next()?))
}

pub fn unescaped(text: &str) -> String {
    let mut text = text.to_string();
    let named = [("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{a0}')];
    for (name, sign) in named {
        text = text.replace(&format!("&{name};"), &sign.to_string());
    }
    for (code, sign) in [("&#34;", "\""), ("&#38;", "&"), ("&#39;", "'"), ("&#60;", "<")] {
        text = text.replace(code, sign);
    }
    text.replace("&#62;", ">").replace("&amp;", "&")
}
