//! Notifications out: from what a vendor says waits, through the store, to real receivers.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Response;
use gateway::config::{Config, Surroundings};
use gateway::notify::{self, Notifying, Settings};
use serde_json::{Value, json};

use crate::place::{Place, on_both};
use crate::support::*;
use hook::{Answer, Hook};
use post::Post;

mod configured;
mod hook;
mod mails;
mod post;
mod replicas;

on_both!(
    each_review_is_told_once_signed_and_with_a_link,
    what_was_not_taken_is_sent_again_word_for_word_after_a_restart,
    a_receiver_that_hangs_holds_nobody_else_back,
    what_waits_no_longer_is_not_told,
    a_receiver_that_names_a_date_is_left_alone_until_then,
    many_at_once_are_one_message_and_a_digest_gathers,
);

const SIGNS: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PASSWORD: &str = "hush-of-the-post";

/// Runs that wait, as `retab` tells them.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Vec<(String, String)>>>);

impl Desk {
    /// This run waits at this step, and nowhere else.
    fn waits(&self, run: &str, node: &str) {
        let mut all = self.0.lock().unwrap();
        all.retain(|(known, _)| known != run);
        all.push((run.to_owned(), node.to_owned()));
    }

    fn decided(&self, run: &str) {
        self.0.lock().unwrap().retain(|(known, _)| known != run);
    }

    fn run((run, node): &(String, String)) -> Value {
        json!({
            "id": run, "workflow_id": "wf_1", "workflow_name": "Invoices", "status": "waiting_for_human",
            "created_at": "2026-05-01T14:00:00Z", "human_waiting_started_at": "2026-05-01T14:00:20Z", "waiting_for_node_ids": [node],
            "steps": [{ "node_id": node, "node_type": "hil", "node_label": "Check totals", "status": "waiting_for_human" }],
        })
    }

    async fn vendor(&self) -> Vendor {
        let desk = self.clone();
        Vendor::answering(move |seen| {
            let all = desk.0.lock().unwrap();
            let path = seen.line.split_whitespace().nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
            let found = |id: &str| all.iter().find(|(run, _)| run == id).map(Self::run);
            let body = match path.strip_prefix("/v1/workflows/runs") {
                Some("") => Some(
                    json!({ "data": all.iter().map(Self::run).collect::<Vec<_>>(), "list_metadata": { "before": null, "after": null } }),
                ),
                Some(rest) => match rest.trim_start_matches('/').split_once('/') {
                    None => found(rest.trim_start_matches('/')),
                    Some((id, _)) => found(id).map(|run| run["steps"].clone()),
                },
                None => Some(json!({ "data": [], "list_metadata": { "before": null, "after": null } })),
            };
            let (status, body) = body.map_or((404, json!({ "detail": "gone" })), |body| (200, body));
            Response::builder().status(status).header("content-type", "application/json").body(Body::from(body.to_string())).unwrap()
        })
        .await
    }
}

struct Around {
    /// `ca.pem`.
    authority: String,
}

impl Surroundings for Around {
    fn variable(&self, name: &str) -> Option<String> {
        match name {
            "SIGNS" => Some(SIGNS.into()),
            "PASSWORD" => Some(PASSWORD.into()),
            _ => None,
        }
    }

    fn file(&self, path: &std::path::Path) -> Result<String, String> {
        if path.ends_with("ca.pem") { Ok(self.authority.clone()) } else { Err("No such file".into()) }
    }
}

/// A configuration with this vendor and these words under `[notify]`.
fn configured(vendor: &Vendor, words: &str, authority: &str) -> Config {
    let text = format!(
        "[server]\npublic_hosts = [\"sluice.example.com\"]\nbase_path = \"/sluice/\"\n[notify]\nevery_seconds = 1\n\
         allow_private = [\"127.0.0.1\"]\n{words}\n[[connections]]\nid = \"retab\"\ndialect = \"retab\"\nbase_url = \"{}\"\nsandbox = true\n",
        vendor.base
    );
    let around = Around { authority: authority.to_owned() };
    gateway::config::read(&text, "sluice.toml".as_ref(), &around).unwrap_or_else(|error| panic!("{error}"))
}

fn webhook(id: &str, hook: &Hook) -> String {
    format!("[[notify.webhooks]]\nid = \"{id}\"\nurl = \"{}\"\nsecret_env = \"SIGNS\"\nper_minute = 600\ntimeout_seconds = 2\n", hook.url)
}

/// A gateway that notifies.
struct Telling {
    _gateway: Gateway,
    _notifying: Notifying,
}

async fn tell(config: Config, place: &Place, change: impl FnOnce(&mut Settings)) -> Telling {
    let mut settings = config.notify.clone().unwrap();
    change(&mut settings);
    let location = place.location.clone();
    let gateway = gateway_with(|own| (*own, own.store) = (config, None)).await;
    // On a store of its own, as a replica or after a restart.
    let store = gateway::store::Store::open(&location).await.unwrap();
    let mut again = Config::of(vec![]);
    again.connections = gateway.app.connections().iter().map(|upstream| upstream.connection.clone()).collect();
    let app = gateway::cli::app_of(again, Some(gateway.addr), gateway::assets::Assets::open(gateway.dist.path()).unwrap(), store).unwrap();
    let notifying = notify::start(&app, Some(settings)).unwrap();
    Telling { _gateway: gateway, _notifying: notifying }
}

/// Polls until it is so.
async fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The vendor was asked so often again what waits: whatever would be told has been found.
async fn looked(vendor: &Vendor, times: usize) {
    let lists = || vendor.seen().iter().filter(|seen| seen.line.contains("statuses=waiting_for_human")).count();
    let before = lists();
    until("looks", || (lists() >= before + times).then_some(())).await;
}

async fn each_review_is_told_once_signed_and_with_a_link(place: Place) {
    let (desk, hook) = (Desk::default(), Hook::start().await);
    let vendor = desk.vendor().await;
    desk.waits("run 1", "hil-1");
    let telling = tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await;
    let first = until("the first", || hook.seen().into_iter().next()).await;
    assert!(first.signed(SIGNS), "{first:?}");
    let body: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(body["type"], "review.waiting");
    let review = &body["data"]["reviews"][0];
    let link = "https://sluice.example.com/sluice/c/retab/runs/run%201/reviews/hil-1?flow=wf_1";
    assert_eq!((&review["link"], &review["flow_name"], &review["step"]), (&link.into(), &"Invoices".into(), &"Check totals".into()));
    assert_eq!(review["waiting_since"], "2026-05-01T14:00:20Z");

    // It still waits: nothing more is said. At its next step it is another review.
    looked(&vendor, 3).await;
    assert_eq!(hook.seen().len(), 1);
    desk.waits("run 1", "hil-2");
    let second = until("the second", || hook.seen().into_iter().nth(1)).await;
    assert!(second.body.contains("/reviews/hil-2?") && second.id != first.id);
    // Decided, and back at the first step later: told again.
    desk.decided("run 1");
    looked(&vendor, 2).await;
    desk.waits("run 1", "hil-1");
    until("the third", || hook.seen().into_iter().nth(2)).await;

    // Started anew on the same store it says nothing that it said. (Stopped between an answer and the note of it, it would say that again.)
    looked(&vendor, 2).await;
    drop(telling);
    let _again = tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await;
    looked(&vendor, 3).await;
    assert_eq!(hook.seen().len(), 3);
}

async fn what_was_not_taken_is_sent_again_word_for_word_after_a_restart(place: Place) {
    let (desk, hook) = (Desk::default(), Hook::start().await);
    let vendor = desk.vendor().await;
    hook.answers(Answer::Status(500));
    desk.waits("run_1", "hil-1");
    let telling = tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await;
    until("two tries", || (hook.seen().len() >= 2).then_some(())).await;
    drop(telling);
    let before = hook.seen();
    hook.answers(Answer::Status(200));
    let _again = tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await;
    let last = until("the try after the restart", || hook.seen().into_iter().nth(before.len())).await;
    for seen in before.iter().chain([&last]) {
        assert_eq!((&seen.id, &seen.body), (&last.id, &last.body));
        assert!(seen.signed(SIGNS));
    }
    // Taken once, it is not sent again.
    looked(&vendor, 4).await;
    assert_eq!(hook.seen().len(), before.len() + 1);
}

async fn a_receiver_that_hangs_holds_nobody_else_back(place: Place) {
    let (desk, slow, quick) = (Desk::default(), Hook::start().await, Hook::start().await);
    let vendor = desk.vendor().await;
    slow.answers(Answer::Never);
    desk.waits("run_1", "hil-1");
    let both = webhook("slow", &slow) + &webhook("quick", &quick);
    let _telling = tell(configured(&vendor, &both, ""), &place, |_| ()).await;
    until("the quick one", || quick.seen().into_iter().next()).await;
    desk.waits("run_2", "hil-1");
    until("the quick one again", || quick.seen().into_iter().nth(1)).await;
    slow.answers(Answer::Status(200));
    until("the slow one in the end", || {
        let all = slow.seen();
        ["run_1", "run_2"].iter().all(|run| all.iter().any(|seen| seen.answered && seen.body.contains(run))).then_some(())
    })
    .await;
}

async fn what_waits_no_longer_is_not_told(place: Place) {
    let (desk, hook) = (Desk::default(), Hook::start().await);
    let vendor = desk.vendor().await;
    hook.answers(Answer::Later(2));
    desk.waits("run_1", "hil-1");
    let _telling = tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await;
    until("a try", || hook.seen().into_iter().next()).await;
    desk.decided("run_1");
    looked(&vendor, 2).await;
    hook.answers(Answer::Status(200));
    desk.waits("run_2", "hil-1");
    let other = until("the other", || hook.seen().into_iter().find(|seen| seen.body.contains("run_2"))).await;
    assert!(!other.body.contains("run_1"));
    looked(&vendor, 5).await;
    assert!(hook.seen().iter().all(|seen| !seen.answered || !seen.body.contains("run_1")), "told although it was decided");
}

async fn a_receiver_that_names_a_date_is_left_alone_until_then(place: Place) {
    let (desk, hook) = (Desk::default(), Hook::start().await);
    let vendor = desk.vendor().await;
    hook.answers(Answer::LaterByDate);
    desk.waits("run_1", "hil-1");
    let _telling = tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await;
    until("a try", || hook.seen().into_iter().next()).await;
    // Left to itself it would try again within a second.
    looked(&vendor, 4).await;
    assert_eq!(hook.seen().len(), 1, "asked again before the date");
}

async fn many_at_once_are_one_message_and_a_digest_gathers(place: Place) {
    let (desk, each, gathered) = (Desk::default(), Hook::start().await, Hook::start().await);
    let vendor = desk.vendor().await;
    for run in 0..60 {
        desk.waits(&format!("run_{run}"), "hil-1");
    }
    let both = webhook("each", &each) + &webhook("gathered", &gathered);
    let digest = Duration::from_secs(6);
    let _telling = tell(configured(&vendor, &both, ""), &place, |settings| settings.channels[1].digest = Some(digest)).await;
    let all = |hook: &Hook| -> u64 {
        let seen = hook.seen();
        seen.iter().map(|seen| serde_json::from_str::<Value>(&seen.body).unwrap()["data"]["count"].as_u64().unwrap()).sum()
    };
    until("all of them", || (all(&each) == 60 && all(&gathered) == 60).then_some(())).await;
    // Found page by page they may be more than one message, and are far from sixty.
    assert!(each.seen().len() <= 15, "{} messages", each.seen().len());
    let digests = gathered.seen().len();
    let began = Instant::now();
    for run in ["late_1", "late_2"] {
        desk.waits(run, "hil-1");
        looked(&vendor, 1).await;
    }
    until("the late ones, each by itself", || (all(&each) == 62).then_some(())).await;
    until("the late ones, together", || (all(&gathered) == 62).then_some(())).await;
    assert!(began.elapsed() < digest * 4);
    assert!(gathered.seen().len() <= digests + 2, "{} digests", gathered.seen().len() - digests);
}
