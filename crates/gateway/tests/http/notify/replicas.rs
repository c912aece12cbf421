//! Several replicas on one PostgreSQL: each message goes out once, whichever of them is there.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn each_is_told_once_whoever_is_there() {
    let Some(place) = Place::postgres() else { return };
    let (desk, hook) = (Desk::default(), Hook::start().await);
    let vendor = desk.vendor().await;
    let mut replicas = Vec::new();
    for _ in 0..2 {
        replicas.push(tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await);
    }
    for run in 0..4 {
        desk.waits(&format!("run_{run}"), "hil-1");
        looked(&vendor, 1).await;
    }
    until("four", || (hook.seen().len() >= 4).then_some(())).await;
    looked(&vendor, 2).await;
    // One goes, whichever had the turn: the other has it within seconds.
    replicas.remove(0);
    desk.waits("run_4", "hil-1");
    until("the fifth", || hook.seen().into_iter().nth(4)).await;
    replicas.push(tell(configured(&vendor, &webhook("chat", &hook), ""), &place, |_| ()).await);
    looked(&vendor, 2).await;
    replicas.remove(0);
    desk.waits("run_5", "hil-1");
    until("the sixth", || hook.seen().into_iter().nth(5)).await;
    looked(&vendor, 4).await;
    let seen = hook.seen();
    assert_eq!(seen.len(), 6, "{seen:?}");
    for run in 0..6 {
        assert_eq!(seen.iter().filter(|seen| seen.body.contains(&format!("run_{run}"))).count(), 1, "run_{run}");
    }
}
