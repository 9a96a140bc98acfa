//! Where the pages lead.

use std::collections::BTreeSet;

/// The addresses on this site that a page names in `href` and `src`, without `#…`.
pub fn local(html: &str) -> BTreeSet<String> {
    let named = ["href=\"", "src=\""].iter().flat_map(|attribute| html.split(attribute).skip(1));
    let addresses = named.filter_map(|rest| rest.split('"').next());
    addresses
        .filter(|address| address.starts_with('/') && !address.starts_with("//"))
        .map(|address| address.replace("&amp;", "&").replace("&#38;", "&"))
        .map(|address| address.split('#').next().unwrap_or_default().to_owned())
        .collect()
}

/// The roles that the page of entry has a button for.
pub fn roles(html: &str) -> Vec<String> {
    let named = html.split("name=\"role\" value=\"").skip(1);
    named.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// Whether the address is that of a paper, which takes long to set.
pub fn is_paper(address: &str) -> bool {
    address.contains("/paper")
}

/// All the addresses, but of each kind of paper (what stands before `/paper`) one.
pub fn one_paper_of_each_kind(addresses: BTreeSet<String>) -> Vec<String> {
    let mut kinds = BTreeSet::new();
    let is_new = |address: &String| match address.split_once("/paper") {
        Some((kind, _)) => kinds.insert(kind.to_owned()),
        None => true,
    };
    addresses.into_iter().filter(is_new).collect()
}

#[cfg(test)]
mod tests {
    use super::{local, one_paper_of_each_kind, roles};

    #[test]
    fn roles_are_found() {
        let html = r#"<input type="hidden" name="role" value="dock"><button name="x" value="y">
            <input type="hidden" name="role" value="buyer.a-1">"#;
        assert_eq!(roles(html), ["dock", "buyer.a-1"]);
    }

    #[test]
    fn addresses_of_this_site_are_found() {
        let html = r##"<a href="/a?b=1&amp;c=2#d"> <img src="/e.svg"> <a href="#f">
            <a href="https://example.org/"> <a href="//example.org"> <a href="/a?b=1&#38;c=2">"##;
        assert_eq!(local(html).into_iter().collect::<Vec<_>>(), ["/a?b=1&c=2", "/e.svg"]);
    }

    #[test]
    fn one_paper_of_each_kind_is_kept() {
        let all = ["/w/dock", "/w/dock/paper/1", "/w/dock/paper/2", "/w/rounds/paper/1"];
        let kept = one_paper_of_each_kind(all.map(str::to_owned).into());
        assert_eq!(kept, ["/w/dock", "/w/dock/paper/1", "/w/rounds/paper/1"]);
    }
}
