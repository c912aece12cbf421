//! What those who run it need: probes, metrics, a log with names of requests, a configuration read again, a stop that loses nothing.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use runs::Dialect;
use tokio::sync::mpsc;

use crate::running::*;
use crate::support::*;

const RUN: &str = "/api/c/mine/workflows/runs/r1";

#[tokio::test]
async fn probes_answer_whoever_asks_and_tell_nothing() {
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &nobody().await)]).await;
    for (path, says) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        // A balancer asks by an address that the gateway does not know.
        let answer = gateway.get(path).header("host", "10.1.2.3:8600").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.text().await.unwrap(), says, "a vendor that is down is no reason");
        assert_eq!(gateway.post(path, "{}").send().await.unwrap().status(), 405);
    }
    assert_eq!(gateway.get("/metrics").send().await.unwrap().status(), 404, "not where a proxy passes everything on");
}

#[tokio::test]
async fn metrics_count_what_happens_under_names_of_the_configuration() {
    let vendor = Vendor::answering(|seen| {
        let status = if seen.line.contains("gone") { 404 } else { 200 };
        Response::builder().status(status).header("content-type", "application/json").body(Body::from("{}")).unwrap()
    })
    .await;
    let program = Program::start(&vendor.base, &[]);
    for path in [RUN, RUN, "/api/c/mine/workflows/runs/gone", "/api/c/nobody-knows/x", "/api/not-there", "/run_7?name=private"] {
        program.get(path).send().await.unwrap();
    }
    let counts = program.counts().await;
    for line in [
        "sluice_reads_total{connection=\"mine\",from=\"vendor\"} 3",
        "sluice_vendor_requests_total{connection=\"mine\",status=\"404\"} 1",
        "sluice_vendor_requests_in_flight{connection=\"mine\"} 0",
        "sluice_http_requests_total{route=\"/api/c/{connection}/{*path}\",status=\"200\"} 2",
        "sluice_vendor_request_duration_seconds_count{connection=\"mine\"}",
        "sluice_build_info{version=\"",
        "sluice_http_connections ",
        "# EOF",
    ] {
        assert!(counts.contains(line), "{line} is not in\n{counts}");
    }
    for text in ["nobody-knows", "run_7", "private", "not-there", SECRET] {
        assert!(!counts.contains(text), "{text} is in\n{counts}");
    }
    // A website that has this machine's browser ask.
    for header in ["origin", "sec-fetch-site"] {
        let asked = client().get(&program.metrics).header(header, "https://evil.example").send().await.unwrap();
        assert_eq!(asked.status(), 403, "{header}");
    }
}

#[tokio::test]
async fn every_line_about_a_request_names_it_and_so_does_each_answer() {
    let vendor = Vendor::plain().await;
    let program = Program::start(&vendor.base, &["--log-format", "json"]);
    let asked = async |path: &str, host: Option<&str>| {
        let request = program.get(path).header("x-request-id", format!("id{}", path.replace('/', "-")));
        let answer = host.into_iter().fold(request, |request, host| request.header("host", host)).send().await.unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let told = if answer.status().is_success() { None } else { Some(answer.text().await.unwrap()) };
        (id, told)
    };
    assert_eq!(asked(RUN, None).await, ("id-api-c-mine-workflows-runs-r1".to_owned(), None));
    for (path, host) in [("/api/nothing", None), ("/api/config", Some("evil.example")), ("/api/c/mine/projects", None)] {
        let (id, told) = asked(path, host).await;
        let problem: serde_json::Value = serde_json::from_str(&told.unwrap()).unwrap();
        assert_eq!(problem["request_id"], id.as_str(), "{path}");
    }
    // One that the caller made up for our log.
    let forged = program.get("/api/nothing").header("x-request-id", "a b").send().await.unwrap();
    assert_eq!(forged.headers()["x-request-id"].len(), 36);
    let log = program.log();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let of = |message: &'static str| lines.iter().filter(move |line| line["message"] == message).map(|line| &line["span"]["request_id"]);
    assert_eq!(of("relay").collect::<Vec<_>>(), ["id-api-c-mine-workflows-runs-r1", "id-api-c-mine-projects"]);
    assert_eq!(of("refused").collect::<Vec<_>>(), ["id-api-config"]);
    assert!(lines.iter().all(|line| line["timestamp"].is_string() && line["level"].is_string()), "{log}");
}

#[tokio::test]
async fn the_log_goes_into_a_file_and_stays_bounded_whatever_a_caller_does() {
    let vendor = Vendor::plain().await;
    let program = Program::start(&vendor.base, &["--log-file", "sluice.log"]);
    let path = program.folder.path().join("sluice.log");
    // Each of these is refused and logged: far more than the log takes.
    for _ in 0..25 {
        let asked = (0..100).map(|_| program.get("/api/config").header("host", "evil.example").send());
        futures_util::future::join_all(asked).await;
    }
    let log = std::fs::read_to_string(&path).unwrap();
    let lines = log.lines().filter(|line| line.contains("refused")).count();
    assert!((1_900..2_450).contains(&lines), "{lines} lines");
    let counts = program.counts().await;
    let left_out = counts.lines().find_map(|line| line.strip_prefix("sluice_log_lines_left_out_total ")).unwrap().to_owned();
    assert!(left_out.parse::<u64>().unwrap() > 50, "{left_out}");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    assert_eq!(program.log(), "", "nothing besides");
}

#[cfg(unix)]
#[tokio::test]
async fn a_hangup_reads_the_configuration_again_and_a_wrong_one_changes_nothing() {
    let (first, second) = (Vendor::plain().await, Vendor::plain().await);
    let program = Program::start(&first.base, &[]);
    let server = std::fs::read_to_string(program.config()).unwrap();
    let server = server.split("[[").next().unwrap().to_owned();
    let reloaded = async |outcome: &str, count: u32| {
        let line = format!("sluice_config_reloads_total{{outcome=\"{outcome}\"}} {count}");
        until(&line, async || program.counts().await.contains(&line)).await;
    };
    program.get(RUN).send().await.unwrap();
    assert_eq!(first.seen().last().unwrap().headers["api-key"], SECRET);

    // Another key in the same file, another vendor, one more connection.
    std::fs::write(program.folder.path().join("key"), "another-key-0123").unwrap();
    std::fs::write(program.config(), format!("{server}{}{}", entry("mine", &second.base), entry("more", &first.base))).unwrap();
    program.signal("-HUP");
    reloaded("taken", 1).await;
    program.get(RUN).send().await.unwrap();
    assert_eq!(second.seen().last().unwrap().headers["api-key"], "another-key-0123");
    assert_eq!(program.get("/api/c/more/workflows").send().await.unwrap().status(), 200);
    let runs = |vendor: &Vendor| vendor.seen().iter().filter(|seen| seen.line.contains("runs/r1")).count();
    assert_eq!((runs(&first), runs(&second)), (1, 1));

    std::fs::write(program.config(), format!("{server}{}[[connections]]\nid = \"x\"\nkey = \"sk_hush\"\n", entry("mine", &first.base)))
        .unwrap();
    program.signal("-HUP");
    reloaded("refused", 1).await;
    program.get(RUN).send().await.unwrap();
    assert_eq!((runs(&first), runs(&second)), (1, 2), "the old one is in force");
    let log = program.log();
    assert!(log.contains("is refused; the old one stays in force") && log.contains("a key does not belong"), "{log}");
    assert!(!log.contains("sk_hush") && !log.contains("another-key") && !log.contains(SECRET), "{log}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_sandbox_beside_a_configuration_is_there_after_it_was_read_again_too() {
    let vendor = Vendor::plain().await;
    let program = Program::start(
        &vendor.base,
        &["--with-sandbox", "--sandbox-listen", "127.0.0.1:0", "--db", ":memory:", "--runs", "100", "--quiet"],
    );
    let connections = async || {
        let config: serde_json::Value = program.get("/api/config").send().await.unwrap().json().await.unwrap();
        let ids = config["connections"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        assert_eq!(program.get("/api/c/tableflow/flows").send().await.unwrap().status(), 200);
        ids.collect::<Vec<_>>()
    };
    let all = connections().await;
    assert_eq!(all[0], "mine");
    assert!(all.len() == 6 && all.iter().any(|id| id == "tableflow"), "{all:?}");
    program.signal("-HUP");
    let line = "sluice_config_reloads_total{outcome=\"taken\"} 1";
    until(line, async || program.counts().await.contains(line)).await;
    assert_eq!(connections().await, all);
}

#[cfg(unix)]
#[tokio::test]
async fn requests_under_way_are_not_hurt_by_a_configuration_that_is_read_again() {
    let router = Router::new().fallback(async || {
        tokio::time::sleep(Duration::from_millis(15)).await;
        Response::new(Body::from("{}"))
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let program = Program::start(&format!("http://{}", listener.local_addr().unwrap()), &[]);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let asking = async {
        for _ in 0..20 {
            let answers = futures_util::future::join_all((0..5).map(|at| program.get(&format!("{RUN}{at}")).send())).await;
            assert!(answers.into_iter().all(|answer| answer.unwrap().status() == 200));
        }
    };
    let reading = async {
        for _ in 0..10 {
            program.signal("-HUP");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    tokio::join!(asking, reading);
}

#[cfg(unix)]
#[tokio::test]
async fn a_stop_waits_for_a_write_longer_than_for_reads() {
    let (arrived, mut arrival) = mpsc::channel::<()>(1);
    let router = Router::new().fallback(move |request: axum::extract::Request| {
        let arrived = arrived.clone();
        async move {
            if request.method() == "POST" {
                arrived.send(()).await.unwrap();
                tokio::time::sleep(Duration::from_secs(5)).await;
            } else {
                std::future::pending::<()>().await;
            }
            Response::new(Body::from("done"))
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut program = Program::start(&format!("http://{}", listener.local_addr().unwrap()), &[]);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let url = format!("{}/api/c/mine/workflows/wf/run", program.url);
    let _read = tokio::spawn(program.get(RUN).send());
    let write = client().post(url).header("x-sluice", "1").header("content-type", "application/json").body("{}");
    let write = tokio::spawn(async move { write.send().await.unwrap().text().await.unwrap() });
    arrival.recv().await.unwrap();
    let asked = Instant::now();
    program.signal("-TERM");
    assert_eq!(write.await.unwrap(), "done");
    let url = program.url.clone();
    assert!(client().get(format!("{url}/healthz")).send().await.is_err(), "nobody new is let in");
    let ended = tokio::task::spawn_blocking(move || {
        let status = program.child.wait().unwrap();
        (program, status)
    });
    let (_program, status) = ended.await.unwrap();
    assert!(status.success());
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}: it waited for the read too", asked.elapsed());
}

#[tokio::test]
async fn the_audit_log_takes_only_so_much_a_day() {
    let gateway = gateway_with(|config| {
        config.audit_mb_per_day = 1;
        config.connections = vec![connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1")];
    })
    .await;
    let entry = format!("{{\"padding\":\"{}\"}}", "x".repeat(50_000));
    let mut refused = 0;
    for _ in 0..20 {
        let answer = gateway.post("/api/audit", &entry).send().await.unwrap();
        if answer.status() == 503 {
            refused += 1;
            assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
            assert!(detail(answer).await.contains("audit_mb_per_day"));
        }
    }
    assert!((14..=17).contains(&refused), "{refused}");
    assert_eq!(gateway.get("/api/audit").send().await.unwrap().status(), 200, "it can be read all the same");
}

fn check(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    let output = command.current_dir(folder).env_remove("RUST_LOG").arg("check").args(arguments).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn a_deep_check_reads_what_a_reviewer_reads_and_writes_nothing() {
    let config = sandbox::Config { listen: "127.0.0.1:0".parse().unwrap(), runs: 100, quiet: true, ..sandbox::Config::default() };
    let running = sandbox::serve(config, std::future::pending()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for (name, base) in running.bases() {
        text += &format!("[[connections]]\nid = \"{name}\"\ndialect = \"{name}\"\nbase_url = \"{base}\"\nsandbox = true\n");
    }
    text += &format!("[[connections]]\nid = \"gone\"\ndialect = \"retab\"\nbase_url = \"{}\"\nsandbox = true\n", nobody().await);
    std::fs::write(folder.path().join("sluice.toml"), text).unwrap();
    let place = folder.path().to_owned();
    let (ok, out) = tokio::task::spawn_blocking(move || check(&place, &["--deep"])).await.unwrap();
    assert!(!ok, "one is gone");
    for (name, _) in running.bases() {
        for step in ["flows: ", "runs: ", "one run: ", "waiting runs: ", "one review: "] {
            let line = out.lines().find(|line| line.starts_with(&format!("{name} ")) && line.contains(step));
            let line = line.unwrap_or_else(|| panic!("{name} {step} is not in\n{out}"));
            assert!(line.contains("  ok") || line.contains("  -"), "{line}");
        }
        assert!(!out.lines().any(|line| line.starts_with(&format!("{name} ")) && line.contains("FAILED")), "{out}");
    }
    let gone: Vec<_> = out.lines().filter(|line| line.starts_with("gone ")).collect();
    assert_eq!(gone.len(), 1, "{out}");
    assert!(gone[0].contains("FAILED") && gone[0].contains("cannot be reached"), "{out}");
}
