//! The log is one chain: what is changed, removed or written anew by hand is found, whoever did it.

use std::process::Command;

use futures_util::future::join_all;
use gateway::audit::chain::GENESIS;
use gateway::audit::retention::{self, Keep};
use gateway::audit::verify::{Noted, Verdict, verify};

use super::*;

on_both!(
    each_entry_holds_the_digest_of_the_one_before,
    what_is_meddled_with_is_found_and_named,
    gateways_that_append_at_once_make_one_chain,
    what_is_too_old_goes_and_the_rest_still_verifies,
    the_program_verifies_and_says_so_by_its_exit_code,
);

async fn store(place: &Place) -> Store {
    Store::look(&place.location).await.unwrap()
}

/// The entry that does not fit, and why.
async fn broken(place: &Place, noted: Option<&str>) -> (i64, String) {
    let noted = noted.map(|noted| Noted::read(noted).unwrap());
    match verify(&store(place).await, noted.as_ref()).await.unwrap() {
        Verdict::Broken { entry, why, .. } => (entry, why),
        holds @ Verdict::Holds { .. } => panic!("{holds}"),
    }
}

/// The number of entries, and the head as it is printed.
async fn holds(place: &Place) -> (u64, String) {
    match verify(&store(place).await, None).await.unwrap() {
        Verdict::Holds { entries, head, .. } => (entries, format!("{}:{}", head.id, head.digest)),
        broken @ Verdict::Broken { .. } => panic!("{broken}"),
    }
}

async fn five(place: &Place) -> Gateway {
    let gateway = log(place).await;
    let edited = with(&intent("k1"), "changes", json!([{ "path": "/total", "before": 1, "after": 2 }]));
    for entry in [edited, outcome("k1", "accepted"), intent("k2"), with(&intent("k3"), "reason", json!("a\u{0}b ü")), intent("k4")] {
        assert_eq!(append(&gateway, &entry).await.0, 201);
    }
    gateway
}

async fn each_entry_holds_the_digest_of_the_one_before(place: Place) {
    let empty = log(&place).await;
    assert_eq!(holds(&place).await, (0, format!("0:{GENESIS}")));
    drop(empty);
    let gateway = five(&place).await;
    let (entries, head) = holds(&place).await;
    assert_eq!(entries, 5);
    let page: Value = gateway.get("/api/audit").send().await.unwrap().json().await.unwrap();
    let listed = page["entries"].as_array().unwrap();
    let [k4, k3, k2, k1] = listed.as_slice() else { panic!("{page}") };
    assert_eq!(head, format!("5:{}", k4["digest"].as_str().unwrap()));
    assert_eq!((&k4["previous"], &k3["previous"]), (&k3["digest"], &k2["digest"]));
    let accepted = &k1["outcomes"][0];
    assert_eq!((&k2["previous"], &accepted["previous"], &k1["previous"]), (&accepted["digest"], &k1["digest"], &json!(GENESIS)));
    let csv = gateway.get("/api/audit.csv").send().await.unwrap().text().await.unwrap();
    let (first, noted) = (k1["digest"].as_str().unwrap(), accepted["digest"].as_str().unwrap());
    assert!(csv.contains(&format!(",1,{GENESIS},{first},2,{noted},/total,1,2,k1\r\n")), "{csv}");
}

/// Statements of somebody who may do everything with the database.
async fn meddle(place: &Place, statement: &str) {
    let statement = if place.is_postgres() {
        format!("SET session_replication_role = replica; {statement}")
    } else {
        let triggers = ["audit_entries_stay", "audit_entries_keep", "audit_changes_stay", "audit_changes_keep", "audit_entries_chained"];
        let dropped: Vec<String> = triggers.iter().map(|name| format!("DROP TRIGGER IF EXISTS {name};")).collect();
        format!("PRAGMA foreign_keys = OFF; {} {statement}", dropped.concat())
    };
    place.meddle(&statement).await.unwrap();
}

async fn what_is_meddled_with_is_found_and_named(place: Place) {
    five(&place).await;
    let (_, head) = holds(&place).await;
    for (change, back, entry, why) in [
        (
            "UPDATE audit_entries SET who = 'Mallory' WHERE id = 3",
            "UPDATE audit_entries SET who = 'Ada Lovelace' WHERE id = 3",
            3,
            "changed",
        ),
        ("UPDATE audit_entries SET at = at + 1 WHERE id = 2", "UPDATE audit_entries SET at = at - 1 WHERE id = 2", 2, "changed"),
        ("UPDATE audit_changes SET after = '3'", "UPDATE audit_changes SET after = '2'", 1, "changed"),
        ("UPDATE audit_entries SET id = 9 WHERE id = 4", "UPDATE audit_entries SET id = 4 WHERE id = 9", 4, "missing"),
        ("UPDATE audit_changes SET entry = 77", "UPDATE audit_changes SET entry = 1", 1, "changed"),
    ] {
        meddle(&place, change).await;
        let (named, says) = broken(&place, None).await;
        assert!(named == entry && says.contains(why), "{change}: entry {named}: {says}");
        meddle(&place, back).await;
        assert_eq!(holds(&place).await, (5, head.clone()));
    }
    // Whoever changes an entry and its digest breaks the one behind it.
    let digest = |id: i64| format!("(SELECT digest FROM audit_entries WHERE id = {id})");
    meddle(&place, &format!("UPDATE audit_entries SET digest = {}, previous = {} WHERE id = 4", digest(3), digest(2))).await;
    assert_eq!(broken(&place, None).await.0, 4);
    // Only a head that was noted elsewhere tells of an end that was cut off, or of a chain written anew.
    meddle(&place, "DELETE FROM audit_entries WHERE id > 3").await;
    assert_eq!(holds(&place).await.0, 3);
    assert_eq!(broken(&place, Some(&head)).await.0, 5);
    let other = format!("3:{}", head.split_once(':').unwrap().1);
    assert!(broken(&place, Some(&other)).await.1.contains("another digest"));
}

async fn gateways_that_append_at_once_make_one_chain(place: Place) {
    let (one, two) = (log(&place).await, log(&place).await);
    let appended = (0..40).map(|at| {
        let gateway = if at % 2 == 0 { &one } else { &two };
        async move { append(gateway, &intent(&format!("k{at}"))).await.0 }
    });
    assert_eq!(join_all(appended).await, [201; 40]);
    assert_eq!(holds(&place).await.0, 40);
    // The same decision told to both is one entry.
    let same = intent("same");
    let (first, second) = tokio::join!(append(&one, &same), append(&two, &same));
    assert_eq!((first.1, first.0.min(second.0), first.0.max(second.0)), (second.1, 200, 201));
    assert_eq!(holds(&place).await.0, 41);
}

async fn what_is_too_old_goes_and_the_rest_still_verifies(place: Place) {
    let gateway = log(&place).await;
    for key in ["k1", "k2", "k3"] {
        append(&gateway, &intent(key)).await;
    }
    let noted = holds(&place).await.1;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let between = gateway::clock::now();
    append(&gateway, &intent("k4")).await;
    append(&gateway, &outcome("k1", "accepted")).await;

    let store = Store::open(&place.location).await.unwrap();
    let keep = Keep::read("90 days").unwrap();
    assert_eq!(retention::remove(&store, &keep, between).await.unwrap(), 0, "nothing is that old");
    let later = between + 90 * 86_400_000;
    assert_eq!(retention::remove(&store, &keep, later).await.unwrap(), 3);
    assert_eq!(retention::remove(&store, &keep, later).await.unwrap(), 0);
    assert_eq!(holds(&place).await.0, 2);
    let page: Value = gateway.get("/api/audit").send().await.unwrap().json().await.unwrap();
    let keys: Vec<&str> = page["entries"].as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["k4"]);

    // All of them, later on: the chain goes on behind the anchor.
    assert_eq!(retention::remove(&store, &keep, later + 86_400_000).await.unwrap(), 2);
    assert_eq!(holds(&place).await.0, 0);
    assert_eq!(append(&gateway, &intent("new")).await.0, 201);
    let (entries, head) = holds(&place).await;
    assert_eq!((entries, head.split_once(':').unwrap().0), (1, "6"));
    let text = verify(&store, Some(&Noted::read(&noted).unwrap())).await.unwrap().to_string();
    assert!(text.contains("Entries up to 5") && text.contains("by keep = \"90 days\"") && text.contains("among those removed"), "{text}");
    let refused = place.meddle("DELETE FROM audit_entries").await.unwrap_err().to_string();
    assert!(refused.contains("append-only"), "only what an anchor stands for: {refused}");
}

async fn the_program_verifies_and_says_so_by_its_exit_code(place: Place) {
    let program = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
        command.env_remove("SLUICE_CONFIG").env("SLUICE_STORE_URL", place.argument()).args(["audit", "verify"]).args(more);
        let output = command.output().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), text)
    };
    assert_eq!(program(&[]).0, Some(2), "there is no log yet");
    five(&place).await;
    let (code, text) = program(&[]);
    assert!(code == Some(0) && text.contains("5 entries, 1 to 5"), "{text}");
    let head = text.lines().find_map(|line| line.strip_prefix("Head: ")).unwrap().to_owned();
    assert_eq!(program(&["--noted", &head]).0, Some(0));
    assert_eq!(program(&["--noted", "5"]).0, Some(2));
    meddle(&place, "UPDATE audit_entries SET decision = 'reject' WHERE id = 4").await;
    let (code, text) = program(&[]);
    assert!(code == Some(1) && text.contains("Entry 4 does not fit") && text.contains("Ada Lovelace"), "{text}");
}

/// A store that the first versions wrote, with their own tables.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_from_before_the_chain_is_joined_to_it() {
    let place = Place::sqlite();
    let row = |id: i64, kind: &str, outcome: &str| {
        format!(
            "INSERT INTO audit_entries VALUES ({id}, 17{id}, 18{id}, 'k1', '{kind}', 'retab', 'wf', NULL, 'run_1', 'node', 'Check', 'd1', 1,
             'approve', {outcome}, 'Ada', NULL, NULL, NULL, {});",
            i64::from(kind == "intent")
        )
    };
    let Location::File(file) = &place.location else { panic!() };
    std::fs::write(file, "").unwrap();
    let old = [
        include_str!("../../../src/store/audit.sql"),
        include_str!("../../../src/store/no_replace.sql"),
        &row(1, "intent", "NULL"),
        "INSERT INTO audit_changes VALUES (1, 0, '/total', '/total', '1.50', NULL);",
        &row(2, "outcome", "'accepted'"),
        "PRAGMA application_id = 1397511497; PRAGMA user_version = 2;",
    ];
    place.meddle(&old.concat()).await.unwrap();
    let untouched = Store::look(&place.location).await.unwrap_err();
    assert!(untouched.contains("older Sluice"), "{untouched}");
    let gateway = log(&place).await;
    assert_eq!(holds(&place).await.0, 2);
    assert_eq!(append(&gateway, &intent("k2")).await.0, 201);
    assert_eq!(holds(&place).await.0, 3);
    let refused = place.meddle("UPDATE audit_entries SET who = 'x'").await.unwrap_err().to_string();
    assert!(refused.contains("append-only"), "{refused}");
}
