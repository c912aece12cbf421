//! `sluice.toml`: what is read, and what is refused with which line and reason.

use std::path::{Path, PathBuf};

use gateway::auth::{Mode, Role};
use gateway::config::{Config, ConfigError, Surroundings, read};
use gateway::server::Listen;
use runs::Dialect;

struct Fake;

impl Surroundings for Fake {
    fn variable(&self, name: &str) -> Option<String> {
        match name {
            "RETAB_KEY" => Some("rt_secret".into()),
            "EMPTY_KEY" => Some(" \n".into()),
            "BROKEN_KEY" => Some("two\nlines".into()),
            _ => None,
        }
    }

    fn file(&self, path: &Path) -> Result<String, String> {
        if path == Path::new("etc/keys/flowstack") { Ok("fs_secret\n".into()) } else { Err("No such file".into()) }
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    read(text, Path::new("etc/sluice.toml"), &Fake)
}

const GOOD: &str = r#"
[server]
listen = "127.0.0.1:9000"
app = "dist"
frame_ancestors = ["'self'", "https://portal.example.com"]
public_hosts = ["sluice.example.com", "sluice.example.com:8443"]

[[connections]]
id = "retab"
dialect = "retab"
base_url = "https://api.retab.com/v1/"
key_env = "RETAB_KEY"

[[connections]]
id = "flows-2"
label = "Flows of the back office"
dialect = "flowstack"
base_url = "http://localhost:9999/api/v1"
key_file = "keys/flowstack"
timeout_seconds = 5
max_response_mb = 2
open_url = "https://app.example.com/{flow}/runs/{run}"

[[connections]]
id = "trial"
dialect = "superai"
base_url = "http://127.0.0.1:8601/superai/api"
sandbox = true
"#;

#[test]
fn a_whole_configuration_is_read() {
    let config = parse(GOOD).unwrap();
    assert_eq!(config.listen, Some(Listen::Tcp("127.0.0.1:9000".parse().unwrap())));
    assert_eq!(config.app, Some(PathBuf::from("etc/dist")), "paths are relative to the file");
    assert_eq!(config.frame_ancestors, ["'self'", "https://portal.example.com"]);
    let [retab, flows, trial] = &config.connections[..] else { panic!("three connections") };
    assert_eq!((retab.label.as_str(), retab.dialect, retab.base_url.as_str()), ("Retab", Dialect::Retab, "https://api.retab.com/v1"));
    assert_eq!((retab.timeout.as_secs(), retab.max_response), (60, 32 * 1024 * 1024));
    assert_eq!((flows.label.as_str(), flows.timeout.as_secs(), flows.max_response), ("Flows of the back office", 5, 2 * 1024 * 1024));
    assert!(trial.sandbox, "the sandbox's key is known and needs no file");
    let printed = format!("{config:?}");
    assert!(!printed.contains("secret"), "{printed}");
}

#[test]
fn the_example_in_the_repository_is_valid() {
    struct Anything;
    impl Surroundings for Anything {
        fn variable(&self, _: &str) -> Option<String> {
            Some("user:key".into())
        }
        fn file(&self, _: &Path) -> Result<String, String> {
            Ok("user:key".into())
        }
    }
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sluice.example.toml"));
    let config = read(&std::fs::read_to_string(file).unwrap(), file, &Anything).unwrap();
    let mut dialects: Vec<_> = config.connections.iter().map(|connection| connection.dialect).collect();
    dialects.dedup();
    assert_eq!(dialects, Dialect::ALL, "one example a vendor");
}

/// A good connection with one line changed; the changed line is line 4.
fn changed(name: &str, line: &str) -> String {
    let lines = [
        ("id", r#"id = "retab""#),
        ("dialect", r#"dialect = "retab""#),
        ("base_url", r#"base_url = "https://api.retab.com/v1""#),
        ("key_env", r#"key_env = "RETAB_KEY""#),
    ];
    let kept: Vec<_> = lines.iter().filter(|(known, _)| *known != name).map(|(_, line)| *line).collect();
    format!("# one\n\n[[connections]]\n{line}\n{}\n", kept.join("\n"))
}

#[test]
fn a_login_needs_its_address_and_both_parts_of_its_key() {
    let airflow = |url: &str, more: &str| {
        let text = format!("[[connections]]\nid = \"a\"\ndialect = \"airflow\"\nbase_url = \"{url}\"\nkey_env = \"RETAB_KEY\"\n{more}\n");
        parse(&text).map(|config| config.connections[0].auth.word()).map_err(|error| error.to_string())
    };
    let elsewhere = airflow("https://a.example/api", "").unwrap_err();
    assert!(elsewhere.contains("line 4") && elsewhere.contains("base_url ends with /api/v2"), "{elsewhere}");
    let token = airflow("https://a.example/api/v2", "").unwrap_err();
    assert!(token.contains("user:password") && token.contains("bearer"), "{token}");
    assert_eq!(airflow("https://a.example/api/v2", "auth = \"bearer\""), Ok("bearer"));
}

#[test]
fn a_bad_value_is_refused_with_its_line_and_reason() {
    for (name, line, says) in [
        ("", "key = \"sk_live_hush\"", "key_env"),
        ("key_env", "key = { a = \"sk_live_hush\" }", "copied and committed"),
        ("", "hold_seconds = 21", "from 0 to 20"),
        ("", "api_key = \"sk_live_hush\"", "unknown field `api_key`"),
        ("", "timeout = 5", "unknown field `timeout`, expected one of"),
        ("key_env", "key_env = \"sk_live_hush\"", "not the key"),
        ("key_env", "key_env = \"MISSING_KEY\"", "MISSING_KEY is not set"),
        ("key_env", "key_env = \"EMPTY_KEY\"", "the key is empty"),
        ("key_env", "key_env = \"BROKEN_KEY\"", "line breaks"),
        ("key_env", "key_file = \"keys/none\"", "etc/keys/none cannot be read: No such file"),
        ("", "key_file = \"keys/flowstack\"", "not both"),
        ("id", "id = \"Retab 1\"", "small letters"),
        ("id", "id = \"\"", "small letters"),
        ("id", "id = 5", "expected a string"),
        ("dialect", "dialect = \"luigi\"", "known are retab, tableflow, flowstack, superai"),
        ("base_url", "base_url = \"api.retab.com\"", "not a URL"),
        ("base_url", "base_url = \"http://api.retab.com\"", "allow_http"),
        ("base_url", "base_url = \"ftp://api.retab.com\"", "https://"),
        ("base_url", "base_url = \"https://me:hush@api.retab.com\"", "user or password"),
        ("base_url", "base_url = \"https://api.retab.com?token=hush\"", "no `?`"),
        ("", "timeout_seconds = 0", "from 1 to 600"),
        ("", "timeout_seconds = 601", "from 1 to 600"),
        ("", "timeout_seconds = -1", "from 1 to 600"),
        ("", "timeout_seconds = \"sk_live_hush\"", "expected i64"),
        ("", "max_response_mb = 100000", "from 1 to 512"),
        ("", "share_ms = 10001", "from 0 to 10000"),
        ("", "max_concurrent = 0", "from 1 to 512"),
        ("", "requests_per_minute = 0", "from 1 to 100000"),
        ("", "retries = 4", "from 0 to 3"),
        ("", "sandbox = \"hush yes\"", "expected a boolean"),
        ("", "label = \" \"", "1 to 80 characters"),
        ("", "open_url = \"https://x.example/\"", "{run}"),
        ("", "open_url = \"javascript:alert({run})\"", "https address"),
        ("", "open_url = \"https://x.example/{run}/{user}\"", "{run}"),
        ("", "label = \"unclosed", "string"),
    ] {
        let error = parse(&changed(name, line)).expect_err(line);
        let text = error.to_string();
        assert!(text.starts_with("etc/sluice.toml, line 4: "), "{line}: {text}");
        assert!(text.contains(says), "{line}: {text}");
        assert!(!text.contains("hush"), "{line}: {text}");
        assert_eq!(error.problems.len(), 1, "{text}");
        assert!(!text.contains('\n'), "{text}");
    }
}

#[test]
fn what_is_missing_or_doubled_is_named() {
    for (text, line, says) in [
        (changed("id", ""), Some(3), "no `id`"),
        (changed("dialect", ""), Some(3), "no `dialect`"),
        (changed("base_url", ""), Some(3), "no `base_url`"),
        (changed("key_env", ""), Some(3), "no key"),
        (format!("{}{}", changed("", ""), changed("", "")), Some(13), "two connections have the id `retab`"),
        ("[server]\nlisten = \"0.0.0.0:80\"\n".into(), Some(2), "not a loopback address"),
        ("[server]\nlisten = \"8600\"\n".into(), Some(2), "looks like 127.0.0.1:8600"),
        ("[server]\nframe_ancestors = [\n  \"*\",\n]\n".into(), Some(3), "origins"),
        ("[server]\nframe_ancestors = [\"https://a.example/; script-src *\"]\n".into(), Some(2), "origins"),
        ("[server]\nframe_ancestors = [\"https://*.example.com\"]\n".into(), Some(2), "origins"),
        ("[server]\npublic_hosts = [\"https://a.example\"]\n".into(), Some(2), "host names"),
        ("[server]\npublic_hosts = [\"a.example/x\"]\n".into(), Some(2), "host names"),
        ("[server]\nmetrics_listen = \"9090\"\n".into(), Some(2), "looks like 127.0.0.1:8600"),
        ("[server]\naudit_mb_per_day = 0\n".into(), Some(2), "from 1 to 1000000"),
        ("[server]\nbase_path = \"sluice\"\n".into(), Some(2), "base_path is the path"),
        ("[servers]\n".into(), Some(1), "unknown field `servers`"),
        ("[store]\nurl = \"mysql://me:hush@db.example/x\"\n".into(), Some(2), "looks like postgres://"),
        ("[server]\nstore = \"x.db\"\n[store]\nurl = \"postgres://db.example/x\"\n".into(), Some(4), "not both"),
        ("[audit]\nkeep = \"a while\"\n".into(), Some(2), "\"5 years\""),
        ("[ledger]\nrequests_per_second = 0\n".into(), Some(2), "from 1 to 1000"),
        ("[ledger]\nagain_hours = 1000000\n".into(), Some(2), "from 1 to 8784"),
        ("\n\nnonsense\n".into(), Some(3), ""),
        (String::new(), None, "no [[connections]]"),
    ] {
        let error = parse(&text).expect_err(&text);
        assert_eq!(error.problems[0].line, line, "{error} for {text}");
        assert!(error.to_string().contains(says) && !error.to_string().contains("hush"), "{error}");
    }
}

#[test]
fn what_the_gateway_keeps_is_configured() {
    let none = parse(GOOD).unwrap();
    assert_eq!((none.store, none.audit_keep, none.ledger), (None, None, gateway::ledger::Settings::default()));
    let tables = "[store]\nurl = \"postgres://me:hush@db.example/sluice\"\n[audit]\nkeep = \"5 years\"\n[ledger]\nwalk = false\nrequests_per_second = 5\n";
    let config = parse(&format!("{GOOD}{tables}")).unwrap();
    assert_eq!(config.store.as_ref().unwrap().to_string(), "db.example/sluice (PostgreSQL)");
    assert_eq!(config.audit_keep.as_ref().unwrap().to_string(), "5 years");
    assert_eq!((config.ledger.walk, config.ledger.requests_per_second, config.ledger.again_hours), (false, 5, 24));
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn drafts_are_kept_with_a_key_only() {
    struct Keyed;
    impl Surroundings for Keyed {
        fn variable(&self, _: &str) -> Option<String> {
            Some("key".into())
        }
        fn file(&self, path: &Path) -> Result<String, String> {
            match path.to_str() {
                Some("etc/drafts.key") => Ok("# new first\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n".into()),
                Some("etc/short.key") => Ok("aHVzaA==".into()),
                _ => Err("No such file".into()),
            }
        }
    }
    let with = |table: &str| read(&format!("[drafts]\n{table}\n{}", changed("", "")), Path::new("etc/sluice.toml"), &Keyed);
    let none = parse(GOOD).unwrap().drafts;
    assert!(none.keys.is_none() && none.days == 30);
    let kept = with("key_file = \"drafts.key\"\nkeep_days = 7").unwrap().drafts;
    assert!(kept.keys.is_some() && kept.days == 7);
    assert!(!format!("{kept:?}").contains("q83v"));
    for (table, says) in [
        ("key = \"hush\"", "key_file"),
        ("key_file = \"none\"", "No such file"),
        ("key_file = \"short.key\"", "line 1 is no key"),
        ("key_file = \"drafts.key\"\nkeep_days = 0", "from 1 to 3650"),
        ("keep_days = 7", "no meaning without key_file"),
        ("days = 7", "unknown field"),
    ] {
        let error = with(table).unwrap_err().to_string();
        assert!(error.contains(says) && !error.contains("hush") && !error.contains("aHVzaA"), "{table}: {error}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let text = format!("[server]\nlisten = \"x\"\n{}{}", changed("id", "id = \"A\""), changed("dialect", "dialect = \"x\""));
    let error = parse(&text).unwrap_err();
    let lines: Vec<_> = error.problems.iter().map(|problem| problem.line.unwrap()).collect();
    assert_eq!(lines, [2, 6, 13]);
    assert_eq!(error.to_string().lines().count(), 3);
}

#[test]
fn a_bearer_token_is_sent_where_the_vendor_takes_one() {
    let with = |dialect: &str, auth: &str| {
        let text = format!(
            "[[connections]]\nid = \"a\"\ndialect = \"{dialect}\"\nbase_url = \"https://a.example\"\nkey_env = \"RETAB_KEY\"\n{auth}"
        );
        parse(&text).map(|config| config.connections[0].auth.word())
    };
    assert_eq!(with("superai", "").unwrap(), "x-api-key");
    assert_eq!(with("superai", "auth = \"bearer\"").unwrap(), "bearer");
    assert_eq!(with("retab", "auth = \"bearer\"").unwrap(), "bearer");
    let error = with("tableflow", "auth = \"x-api-key\"").unwrap_err();
    assert_eq!((error.problems[0].line, error.problems[0].reason.as_str()), (Some(6), "TableFlow takes its key as: bearer"));
}

const HASH: &str = "sha256:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A connection and what stands before it, from line 1 on.
fn signing_in(text: &str) -> Result<Config, ConfigError> {
    parse(&format!("{text}\n{}", changed("", "")))
}

#[test]
fn tokens_and_their_roles_are_read() {
    let text = format!(
        r#"[server]
listen = "0.0.0.0:8600"
[sign_in]
mode = "tokens"
idle_minutes = 30
session_hours = 10
[[sign_in.tokens]]
name = "Ada"
hash = "{HASH}"
role = "viewer"
[[sign_in.tokens]]
name = "Ada"
hash = "{HASH}"
role = "reviewer"
connections = ["retab"]
flows = ["wf_1", "wf_2"]"#
    );
    let config = signing_in(&text).unwrap();
    let sign_in = config.sign_in;
    assert_eq!((sign_in.mode, sign_in.lifetime.idle.as_secs(), sign_in.lifetime.whole.as_secs()), (Mode::Tokens, 1_800, 36_000));
    assert_eq!(config.listen, Some(Listen::Tcp("0.0.0.0:8600".parse().unwrap())));
    let [token] = &sign_in.tokens[..] else { panic!("one token, whose roles add up") };
    let [everywhere, somewhere] = &token.grants[..] else { panic!("two roles") };
    assert_eq!((everywhere.role, &everywhere.connections, &everywhere.flows), (Role::Viewer, &None, &None));
    assert_eq!((somewhere.role, somewhere.flows.as_ref().unwrap().len()), (Role::Reviewer, 2));
}

#[test]
fn a_sign_in_that_would_let_anybody_in_or_nobody_is_refused_with_its_line() {
    let token = |more: &str| format!("[sign_in]\nmode = \"tokens\"\n[[sign_in.tokens]]\nname = \"Ada\"\nhash = \"{HASH}\"\n{more}");
    for (text, line, says) in [
        ("[sign_in]\n".into(), 1, "no `mode`"),
        ("[sign_in]\nmode = \"none\"\n".into(), 2, "\"loopback\", \"tokens\", \"proxy\", \"oidc\""),
        ("[sign_in]\nmode = \"tokens\"\n".into(), 2, "sluice token new"),
        (token(""), 3, "no `role`"),
        (token("role = \"owner\""), 6, "viewer, reviewer, admin"),
        (token("role = \"viewer\"\nconnections = [\"other\"]"), 7, "no connection has the id `other`"),
        (token("role = \"viewer\"\nflows = [\"wf_1\"]"), 7, "belong to one connection"),
        (token("token = \"sluice_hush\""), 6, "does not belong into this file"),
        (token("role = \"viewer\"").replace(HASH, "hush"), 5, "no hash of a token"),
        ("[server]\nlisten = \"0.0.0.0:80\"\n[sign_in]\nmode = \"loopback\"\n".into(), 2, "not a loopback address"),
        (token("role = \"viewer\"").replace("mode = \"tokens\"", "mode = \"loopback\""), 2, "no meaning in mode"),
        ("[sign_in]\nmode = \"proxy\"\n".into(), 2, "[[sign_in.groups]]"),
        ("[sign_in]\nmode = \"proxy\"\nproxies = [\"everywhere\"]\n".into(), 3, "10.0.0.0/24"),
        (
            "[server]\nlisten = \"127.0.0.1:80\"\n[sign_in]\nmode = \"proxy\"\n[[sign_in.groups]]\ngroup = \"a\"\nrole = \"viewer\"\n"
                .into(),
            2,
            "needs `proxies`",
        ),
        (format!("[server]\nlisten = \"unix:run/s.sock\"\n{}", token("role = \"viewer\"")), 2, "for a proxy that signs people in"),
        (
            "[sign_in]\nmode = \"proxy\"\nuser_header = \"cookie\"\n[[sign_in.groups]]\ngroup = \"a\"\nrole = \"viewer\"\n".into(),
            3,
            "no name of a header",
        ),
    ] {
        let error = signing_in(&text).expect_err(&text);
        assert!(error.problems.iter().any(|problem| problem.line == Some(line)), "{error} for {text}");
        assert!(error.to_string().contains(says), "{error} for {text}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}
