//! What the configuration may say, where it may lead, and what `sluice check` and the log tell.

use super::post::Offers;
use super::*;

fn refused(words: &str) -> String {
    let text = format!(
        "# 1\n[server]\npublic_hosts = [\"s.example.com\"]\n[notify]\n{words}\n[[connections]]\nid = \"retab\"\ndialect = \"retab\"\n\
         base_url = \"https://api.example.com\"\nsandbox = true\n"
    );
    let around = Around { authority: "no certificate".into() };
    match gateway::config::read(&text, "sluice.toml".as_ref(), &around) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn mistakes_are_told_with_their_line_and_never_with_a_secret() {
    let hook = "[[notify.webhooks]]\nid = \"chat\"\n";
    let mail = "[[notify.emails]]\nid = \"desk\"\nserver = \"smtp.example.com\"\nfrom = \"a@example.com\"\nto = [\"b@example.com\"]\n";
    for (words, line, says) in [
        ("every_seconds = 5", 4, "needs a [[notify.webhooks]]"),
        ("every_seconds = 0\n", 5, "every_seconds is a whole number"),
        ("allow_private = [\"inside\"]\n[[notify.webhooks]]\nid=\"a\"\nurl=\"https://x.example\"", 5, "allow_private takes addresses"),
        ("public_url = \"sluice\"", 5, "public_url is the address"),
        (hook, 5, "has no `url`"),
        (&format!("{hook}url = \"hush-hush\""), 7, "not a URL"),
        (&format!("{hook}url = \"http://hooks.example.com/hush\""), 7, "use https"),
        (&format!("{hook}url = \"https://10.0.0.7/hush\""), 7, "private address"),
        (&format!("{hook}url = \"https://[fd00::7]/hush\""), 7, "private address"),
        (&format!("{hook}url = \"https://169.254.169.254/hush\""), 7, "private address"),
        (&format!("{hook}secret = \"whsec_hush\""), 7, "does not belong into this file"),
        (&format!("{hook}url = \"https://x.example/\"\nsecret_env = \"PASSWORD\""), 8, "the secret is whsec_"),
        (&format!("{hook}url = \"https://x.example/\"\nsecret_env = \"whsec_hush\""), 8, "name of an environment variable"),
        (&format!("{hook}url = \"https://x.example/\"\nconnections = [\"other\"]"), 8, "no connection `other`"),
        (&format!("{hook}url = \"https://x.example/\"\nflows = [\"wf\"]"), 8, "one connection"),
        (&format!("{hook}url = \"https://x.example/\"\nper_minute = 0"), 8, "per_minute"),
        (&format!("{hook}url = \"https://x.example/\"\n{hook}url = \"https://x.example/\""), 8, "two channels have the id"),
        (&format!("{hook}nonsense = 1"), 7, "nonsense"),
        (&format!("{mail}password = \"hush\""), 10, "does not belong into this file"),
        (&format!("{mail}user = \"sluice\""), 10, "needs password_env"),
        (&format!("{mail}tls = \"none\""), 10, "allow_private"),
        (&format!("{mail}tls = \"maybe\""), 10, "\"implicit\""),
        (&format!("{mail}ca_file = \"ca.pem\""), 10, "no certificate"),
        (&mail.replace("b@example.com", "nobody"), 9, "no address"),
        (&mail.replace("smtp.example.com", "192.168.0.1"), 7, "private address"),
        (&format!("{mail}[[notify.templates]]\nconnection = \"retab\"\ntext = \"{{url}}\""), 12, "{url} means nothing"),
        (&format!("{mail}[[notify.templates]]\nconnection = \"other\""), 11, "no connection `other`"),
    ] {
        let told = refused(words);
        assert!(told.contains(&format!("sluice.toml, line {line}: ")) && told.contains(says), "{words}\n→ {told}");
        assert!(!told.contains("hush"), "{told}");
    }
    assert_eq!(refused(&format!("{hook}url = \"https://x.example/\"")), "");
    assert_eq!(refused(mail), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_into_a_private_network_is_not_called() {
    let (desk, hook) = (Desk::default(), Hook::start().await);
    let vendor = desk.vendor().await;
    desk.waits("run_1", "hil-1");
    let named = hook.at(hook.url.replace("127.0.0.1", "localhost"));
    let mut config = configured(&vendor, &webhook("chat", &named), "");
    let settings = config.notify.as_mut().unwrap();
    let verdict = notify::check(settings).await.remove(0);
    assert!(verdict.ok && verdict.line.starts_with("chat  ok      webhook: reachable at http://localhost:"), "{}", verdict.line);
    assert!(!verdict.line.contains("of-a-chat"), "an address may be a secret: {}", verdict.line);
    // The same name, where nothing private is allowed.
    let text = format!(
        "[notify]\npublic_url = \"https://s.example.com/\"\nevery_seconds = 1\n{}\n[[connections]]\nid = \"retab\"\ndialect = \"retab\"\nbase_url = \"{}\"\nsandbox = true\n",
        webhook("chat", &named),
        vendor.base
    );
    let config = gateway::config::read(&text, "sluice.toml".as_ref(), &Around { authority: String::new() }).unwrap();
    let verdict = notify::check(config.notify.as_ref().unwrap()).await.remove(0);
    assert!(!verdict.ok && verdict.line.contains("private address"), "{}", verdict.line);
    let _telling = tell(config, &Place::sqlite(), |_| ()).await;
    looked(&vendor, 4).await;
    assert!(hook.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn check_tells_what_can_be_reached() {
    let (desk, hook, post) = (Desk::default(), Hook::start().await, Post::start(Offers::Starttls).await);
    let vendor = desk.vendor().await;
    let mail = |id: &str, port: u16, rest: &str| {
        format!(
            "[[notify.emails]]\nid = \"{id}\"\nserver = \"localhost\"\nport = {port}\nuser = \"sluice\"\npassword_env = \"PASSWORD\"\n\
             from = \"a@example.com\"\nto = [\"b@example.com\"]\ntimeout_seconds = 5\n{rest}\n"
        )
    };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let gone = hook.at(format!("http://127.0.0.1:{free}/of-a-chat"));
    let words = [
        webhook("good", &hook),
        webhook("gone", &gone),
        mail("desk", post.port, "ca_file = \"ca.pem\""),
        mail("strange", post.port, ""),
        mail("nobody", free, ""),
    ];
    let config = configured(&vendor, &words.concat(), &post.authority);
    let verdicts = notify::check(config.notify.as_ref().unwrap()).await;
    for (verdict, (ok, says)) in verdicts.iter().zip([
        (true, "good  ok      webhook: reachable"),
        (false, "gone  FAILED  webhook: cannot be reached"),
        (true, "desk  ok      e-mail: reachable at localhost:"),
        (false, "strange  FAILED  e-mail: localhost:"),
        (false, "nobody  FAILED  e-mail: localhost:"),
    ]) {
        assert!(verdict.ok == ok && verdict.line.starts_with(says), "{}", verdict.line);
        assert!(!verdict.line.contains("hush") && !verdict.line.contains("of-a-chat"), "{}", verdict.line);
    }
    assert_eq!(verdicts.len(), 5);
    assert!(hook.seen().is_empty() && post.letters().is_empty(), "nothing is sent");
    let printed = format!("{config:?}");
    assert!(!printed.contains("hush") && !printed.contains("of-a-chat") && !printed.contains("MfKQ"), "{printed}");
}
