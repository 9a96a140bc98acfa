//! TLS around the socket of a road server. Its certificate must hold today, for the name that was
//! asked, and be signed by an authority of Mozilla's list, as that of a mail server must be.

use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

/// Who signs for servers, as Mozilla lists them.
pub fn authorities() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// The way to a server that has shown who it is. `name`: a host's name, or its bare address.
/// Errors are French, for the page.
pub async fn around(
    stream: TcpStream,
    name: &str,
    known: RootCertStore,
) -> Result<TlsStream<TcpStream>, String> {
    let name = ServerName::try_from(name.to_string());
    let name = name.map_err(|_| "le nom du serveur de routes ne se lit pas.")?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| NO_TLS)?
        .with_root_certificates(known)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.map_err(|error| refusal(&error).to_string())
}

const NO_TLS: &str = "le serveur de routes ne parle pas https à cette adresse.";

/// Why there is no safe way to the server.
fn refusal(error: &io::Error) -> &'static str {
    use CertificateError as Bad;
    let told = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let Some(told) = told else { return "le serveur de routes ne répond pas." };
    let Error::InvalidCertificate(why) = told else { return NO_TLS };
    match why {
        Bad::Expired | Bad::ExpiredContext { .. } => {
            "le certificat du serveur de routes n'est plus valable."
        }
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "le certificat du serveur de routes n'est pas encore valable."
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            "le certificat du serveur de routes est celui d'un autre nom."
        }
        Bad::UnknownIssuer => {
            "le certificat du serveur de routes n'est signé par aucune autorité connue."
        }
        _ => "le certificat du serveur de routes n'est pas de ceux que l'on peut croire.",
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

    use super::*;
    use crate::rounds::roads::client::exchange;

    /// An authority that nobody knows, two certificates for `localhost` that it has signed, of
    /// which one has expired, and the key of both.
    const AUTHORITY: &[u8] = include_bytes!("../../../tests/certificates/authority.der");
    const SERVER: &[u8] = include_bytes!("../../../tests/certificates/server.der");
    const EXPIRED: &[u8] = include_bytes!("../../../tests/certificates/expired.der");
    const KEY: &[u8] = include_bytes!("../../../tests/certificates/server.key.der");

    fn ours() -> RootCertStore {
        let mut known = RootCertStore::empty();
        known.add(CertificateDer::from(AUTHORITY)).expect("an authority");
        known
    }

    fn acceptor(certificate: &'static [u8]) -> TlsAcceptor {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], key)
            .expect("a certificate and its key");
        TlsAcceptor::from(Arc::new(config))
    }

    /// Answers one question with an empty object; its port. Without a goodbye it hangs up as some
    /// servers do.
    async fn server(certificate: &'static [u8], says_goodbye: bool) -> u16 {
        let acceptor = acceptor(certificate);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a caller");
            // Who does not believe this server hangs up here.
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut asked = [0; 4096];
            let read = stream.read(&mut asked).await.expect("a question");
            assert!(asked[..read].starts_with(b"GET /table HTTP/1.1\r\n"));
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{}").await.expect("an answer");
            stream.flush().await.expect("an answer");
            if says_goodbye {
                stream.shutdown().await.expect("a goodbye");
            }
        });
        port
    }

    #[tokio::test]
    async fn a_server_that_shows_who_it_is_is_asked() {
        for says_goodbye in [true, false] {
            let url = format!("https://localhost:{}", server(SERVER, says_goodbye).await);
            let said = exchange(&url, "/table", None, ours).await;
            assert_eq!(said.as_deref(), Ok(&b"{}"[..]), "{says_goodbye}");
        }
    }

    #[tokio::test]
    async fn a_certificate_that_does_not_hold_is_refused_in_french() {
        type Case = (&'static [u8], &'static str, fn() -> RootCertStore, &'static str);
        let cases: [Case; 3] = [
            (SERVER, "localhost", authorities, "aucune autorité connue"),
            (EXPIRED, "localhost", ours, "n'est plus valable"),
            (SERVER, "127.0.0.1", ours, "d'un autre nom"),
        ];
        for (certificate, host, known, reason) in cases {
            let url = format!("https://{host}:{}", server(certificate, true).await);
            let refused = exchange(&url, "/table", None, known).await.expect_err("a refusal");
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_server_without_tls_is_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://{}", listener.local_addr().expect("bound"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut asked = [0; 4096];
            let read = stream.read(&mut asked).await.expect("a greeting");
            assert!(read > 0);
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("an answer");
        });
        let refused = exchange(&url, "/table", None, ours).await;
        assert_eq!(refused, Err(NO_TLS.to_string()));
    }
}
