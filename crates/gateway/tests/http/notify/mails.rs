//! E-mail, to a mail server with STARTTLS and a sign-in.

use super::post::Offers;
use super::*;

on_both!(a_mail_goes_out_encrypted_and_signed_in_and_again_after_a_refusal_and_a_restart);

fn email(post: &Post, rest: &str) -> String {
    format!(
        "[[notify.emails]]\nid = \"desk\"\nserver = \"localhost\"\nport = {}\nuser = \"sluice\"\npassword_env = \"PASSWORD\"\n\
         from = \"Sluice <sluice@example.com>\"\nto = [\"ada@example.com\", \"Bo <bo@example.com>\"]\nper_minute = 600\ntimeout_seconds = 5\n{rest}\n",
        post.port
    )
}

/// `localhost` may be an address of IPv6 as well, where nobody listens.
const ALSO: &str = "[[notify.templates]]\nconnection = \"retab\"\nsubject = \"Bitte prüfen: {flow}\"\ntext = \"{step} → {link}\"\n";

async fn a_mail_goes_out_encrypted_and_signed_in_and_again_after_a_refusal_and_a_restart(place: Place) {
    let (desk, post) = (Desk::default(), Post::start(Offers::Starttls).await);
    let vendor = desk.vendor().await;
    post.refuses(true);
    desk.waits("run_1", "hil-1");
    let words = email(&post, "ca_file = \"ca.pem\"") + ALSO;
    let telling = tell(configured(&vendor, &words, &post.authority), &place, |_| ()).await;
    until("a refusal", || post.said().iter().any(|line| line == "DATA").then_some(())).await;
    drop(telling);
    post.refuses(false);
    let _again = tell(configured(&vendor, &words, &post.authority), &place, |_| ()).await;
    let letter = until("the letter", || post.letters().into_iter().next()).await;
    assert!(letter.encrypted);
    assert_eq!(letter.signed_in, Some(("sluice".to_owned(), PASSWORD.to_owned())));
    assert!(letter.from.contains("<sluice@example.com>"), "{}", letter.from);
    assert_eq!(letter.to.len(), 2, "{:?}", letter.to);
    let (head, body) = letter.text.split_once("\r\n\r\n").unwrap();
    for part in ["To: ada@example.com, Bo <bo@example.com>", "Auto-Submitted: auto-generated", "Message-ID: <msg_", "@sluice.example.com>"]
    {
        assert!(head.contains(part), "{part} is not in {head}");
    }
    assert!(head.contains("Subject: Bitte =?utf-8?b?"), "{head}");
    // Long lines of other than ASCII are written otherwise (quoted-printable); the link is what people need.
    let body = body.replace("=\r\n", "").replace("=3D", "=");
    assert!(body.contains("https://sluice.example.com/sluice/c/retab/runs/run_1/reviews/hil-1?flow=wf_1"), "{body}");
    looked(&vendor, 3).await;
    assert_eq!(post.letters().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_a_server_whose_word_cannot_be_trusted() {
    let place = Place::sqlite();
    let (desk, silent, strange) = (Desk::default(), Post::start(Offers::Nothing).await, Post::start(Offers::Starttls).await);
    let vendor = desk.vendor().await;
    desk.waits("run_1", "hil-1");
    // One offers no STARTTLS; the other's certificate is signed by nobody whom this machine knows.
    let words = email(&silent, "ca_file = \"ca.pem\"") + &email(&strange, "").replace("\"desk\"", "\"other\"");
    let _telling = tell(configured(&vendor, &words, &silent.authority), &place, |_| ()).await;
    until("both were tried", || (!silent.said().is_empty() && !strange.said().is_empty()).then_some(())).await;
    looked(&vendor, 3).await;
    for post in [silent, strange] {
        assert!(post.letters().is_empty());
        let said = post.said();
        assert!(!said.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL") || line.contains("DATA")), "{said:?}");
    }
}
