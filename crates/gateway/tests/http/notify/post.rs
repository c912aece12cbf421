//! A mail server: as much of SMTP (RFC 5321) as a client meets, with STARTTLS and AUTH PLAIN.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig};

#[derive(Clone, Debug, Default)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
    /// `user` and `password`, where somebody signed in.
    pub signed_in: Option<(String, String)>,
    pub encrypted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offers {
    Starttls,
    /// STARTTLS is not spoken of, as by somebody in the middle who wants to read along.
    Nothing,
}

#[derive(Clone)]
pub struct Post {
    pub port: u16,
    /// The certificate of who signed the server's own, in PEM.
    pub authority: String,
    letters: Arc<Mutex<Vec<Letter>>>,
    /// Everything that was said to it, letters apart.
    said: Arc<Mutex<Vec<String>>>,
    refuses: Arc<Mutex<bool>>,
}

impl Post {
    pub async fn start(offers: Offers) -> Self {
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let own = rustls::pki_types::PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap();
        let config = config.with_single_cert(vec![key.cert.der().clone()], own).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let post = Self {
            port: listener.local_addr().unwrap().port(),
            authority: key.cert.pem(),
            letters: Arc::default(),
            said: Arc::default(),
            refuses: Arc::default(),
        };
        let served = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (post, acceptor) = (served.clone(), acceptor.clone());
                tokio::spawn(async move { post.session(stream, offers, acceptor).await });
            }
        });
        post
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Whether it takes no letter for now (451).
    pub fn refuses(&self, now: bool) {
        *self.refuses.lock().unwrap() = now;
    }

    async fn session(&self, stream: TcpStream, offers: Offers, acceptor: TlsAcceptor) -> std::io::Result<()> {
        let mut plain = BufStream::new(stream);
        plain.write_all(b"220 post.test ESMTP\r\n").await?;
        if self.talk(&mut plain, offers == Offers::Starttls, false).await? {
            let mut secret = BufStream::new(acceptor.accept(plain.into_inner()).await?);
            self.talk(&mut secret, false, true).await?;
        }
        Ok(())
    }

    /// Whether STARTTLS was agreed on.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufStream<S>,
        starttls: bool,
        encrypted: bool,
    ) -> std::io::Result<bool> {
        let mut letter = Letter { encrypted, ..Letter::default() };
        loop {
            stream.flush().await?;
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(false);
            }
            let line = line.trim_end();
            self.said.lock().unwrap().push(line.to_owned());
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match word.as_str() {
                "EHLO" if starttls => "250-post.test\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
                "EHLO" => "250-post.test\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n",
                "STARTTLS" if starttls => {
                    stream.write_all(b"220 go on\r\n").await?;
                    stream.flush().await?;
                    return Ok(true);
                }
                "AUTH" => {
                    let told = STANDARD.decode(line.rsplit(' ').next().unwrap_or_default()).unwrap_or_default();
                    let words: Vec<String> = told.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into()).collect();
                    letter.signed_in = words.get(1).cloned().zip(words.get(2).cloned());
                    "235 welcome\r\n"
                }
                "MAIL" => {
                    letter.from = line.to_owned();
                    "250 fine\r\n"
                }
                "RCPT" => {
                    letter.to.push(line.to_owned());
                    "250 fine\r\n"
                }
                "DATA" if *self.refuses.lock().unwrap() => "451 not now, ask for hush-of-the-post\r\n",
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    stream.flush().await?;
                    loop {
                        let mut line = String::new();
                        if stream.read_line(&mut line).await? == 0 {
                            return Ok(false);
                        }
                        if line == ".\r\n" {
                            break;
                        }
                        letter.text += line.strip_prefix('.').unwrap_or(&line);
                    }
                    self.letters.lock().unwrap().push(letter.clone());
                    "250 taken\r\n"
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    stream.flush().await?;
                    return Ok(false);
                }
                "NOOP" | "RSET" => "250 fine\r\n",
                _ => "502 what?\r\n",
            };
            stream.write_all(answer.as_bytes()).await?;
        }
    }
}
