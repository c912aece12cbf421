//! What lists do to whoever walks them: they move, they are late, they refuse, and they break off.

use super::*;

on_both!(
    a_run_that_appears_with_an_earlier_time_gets_the_next_number_and_says_so,
    runs_deleted_while_the_list_is_walked_hide_no_others,
    runs_of_one_moment_are_numbered_by_their_ids,
    a_vendor_that_wants_to_be_left_alone_is,
    a_walk_goes_on_where_it_was_stopped,
);

/// A vendor with one flow, whose runs the test changes; newest first, by offset.
#[derive(Clone, Default)]
struct Lists {
    /// `(id, created)` in seconds.
    runs: Arc<Mutex<Vec<(String, i64)>>>,
    /// Statuses with their Retry-After that the next lists are answered with.
    refusals: Arc<Mutex<Vec<(u16, &'static str)>>>,
    /// Runs that are gone once the list was asked for from an offset.
    vanishing: Arc<Mutex<Vec<String>>>,
    /// Offsets that were asked for, and when.
    asked: Arc<Mutex<Vec<(u64, Instant)>>>,
}

impl Lists {
    fn of(count: i64) -> Self {
        let lists = Self::default();
        for at in 1..=count {
            lists.add(&format!("run-{at:06}"), 1_700_000_000 + at);
        }
        lists
    }

    fn add(&self, id: &str, created: i64) {
        self.runs.lock().unwrap().push((id.into(), created));
    }

    fn answer(&self, seen: &Seen) -> Response<Body> {
        let json = |body: Value| Response::builder().header("content-type", "application/json").body(Body::from(body.to_string())).unwrap();
        let target = seen.line.split_whitespace().nth(1).unwrap();
        if target == "/v1/flows" {
            return json(json!([{ "id": "f1", "name": "Invoices" }]));
        }
        let part = |name: &str| {
            let value = target.split(['?', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).unwrap_or("0");
            value.parse::<u64>().unwrap()
        };
        let (offset, limit) = (part("offset"), part("limit"));
        if let Some((status, after)) = self.refusals.lock().unwrap().pop() {
            return Response::builder().status(status).header("retry-after", after).body(Body::from("{}")).unwrap();
        }
        self.asked.lock().unwrap().push((offset, Instant::now()));
        let mut runs = self.runs.lock().unwrap();
        if offset > 0 {
            let vanishing = std::mem::take(&mut *self.vanishing.lock().unwrap());
            runs.retain(|(id, _)| !vanishing.contains(id));
        }
        let mut listed = runs.clone();
        listed.sort_by(|left, right| (right.1, &right.0).cmp(&(left.1, &left.0)));
        let total = listed.len();
        let page = listed.into_iter().skip(offset as usize).take(limit as usize);
        let page: Vec<Value> =
            page.map(|(id, created)| json!({ "id": id, "flow_id": "f1", "status": "completed", "created_at": created })).collect();
        json(json!({ "flow_runs": page, "pagination": { "total": total, "offset": offset, "limit": limit } }))
    }

    async fn gateway(&self, place: &Place) -> Gateway {
        let lists = self.clone();
        let vendor = Vendor::answering(move |seen| lists.answer(seen)).await;
        gateway_with(|config| {
            config.store = Some(place.location.clone());
            config.connections = vec![connection("tf", Dialect::TableFlow, &vendor.base)];
        })
        .await
    }

    fn ids(&self) -> Vec<String> {
        self.runs.lock().unwrap().iter().map(|(id, _)| id.clone()).collect()
    }
}

/// The numbers, once these runs have theirs.
async fn once_numbered(gateway: &Gateway, ids: &[String]) -> HashMap<String, (i64, bool)> {
    let began = Instant::now();
    loop {
        let found = numbers(gateway, "tf", "f1", ids).await;
        if found.len() == ids.len() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "only {} of {} have numbers", found.len(), ids.len());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn a_run_that_appears_with_an_earlier_time_gets_the_next_number_and_says_so(place: Place) {
    let lists = Lists::of(40);
    let gateway = lists.gateway(&place).await;
    let _walking = gateway::ledger::start(&gateway.app, QUICK);
    until(&gateway, kept).await;
    lists.add("early", 1_700_000_035);
    lists.add("new", 1_700_000_099);
    let told = once_numbered(&gateway, &lists.ids()).await;
    assert_eq!((told["run-000035"], told["run-000040"]), ((35, false), (40, false)));
    assert_eq!((told["early"], told["new"]), ((41, true), (42, false)));
    let (_, body) = read(&gateway, "/api/ledger/tf/runs/f1/41").await;
    assert_eq!((&body["run"], &body["late"], &body["created"]), (&json!("early"), &json!(true), &json!(1_700_000_035_000i64)));
}

async fn runs_deleted_while_the_list_is_walked_hide_no_others(place: Place) {
    let lists = Lists::of(3_500);
    // From the first page, while the second is asked for: what followed them moves up by ten.
    *lists.vanishing.lock().unwrap() = (3_400..3_410).map(|at| format!("run-{at:06}")).collect();
    let gateway = lists.gateway(&place).await;
    let _walking = gateway::ledger::start(&gateway.app, QUICK);
    until(&gateway, kept).await;
    let ids = lists.ids();
    assert_eq!(ids.len(), 3_490);
    let told = numbers(&gateway, "tf", "f1", &ids).await;
    assert_eq!(told.len(), ids.len(), "every run has a number");
    // Those that were seen before they vanished have theirs: a gap.
    assert_eq!((told["run-000001"], told["run-003399"], told["run-003410"]), ((1, false), (3_399, false), (3_410, false)));
}

async fn runs_of_one_moment_are_numbered_by_their_ids(place: Place) {
    let lists = Lists::default();
    for id in ["b", "Z", "ä", "a", "B", "10", "9"] {
        lists.add(id, 1_700_000_000);
    }
    let gateway = lists.gateway(&place).await;
    let _walking = gateway::ledger::start(&gateway.app, QUICK);
    until(&gateway, kept).await;
    let told = numbers(&gateway, "tf", "f1", &lists.ids().iter().filter(|id| *id != "ä").cloned().collect::<Vec<_>>()).await;
    // By their bytes, whatever the database's language is.
    for (id, number) in [("10", 1), ("9", 2), ("B", 3), ("Z", 4), ("a", 5), ("b", 6)] {
        assert_eq!(told[id], (number, false), "{id}");
    }
    assert_eq!(read(&gateway, "/api/ledger/tf/runs/f1/7").await.1["run"], "ä");
}

async fn a_vendor_that_wants_to_be_left_alone_is(place: Place) {
    let lists = Lists::of(10);
    *lists.refusals.lock().unwrap() = vec![(429, "2"), (503, "")];
    let gateway = lists.gateway(&place).await;
    let began = Instant::now();
    let _walking = gateway::ledger::start(&gateway.app, QUICK);
    let flows = until(&gateway, |flow| kept(flow) || flow["error"].is_string()).await;
    assert!(flows[0]["next_try"].is_i64(), "what it waits for is told: {}", flows[0]);
    until(&gateway, kept).await;
    assert!(began.elapsed() >= Duration::from_secs(2), "it came back sooner than it was asked to");
    assert_eq!(numbers(&gateway, "tf", "f1", &lists.ids()).await.len(), 10);
}

async fn a_walk_goes_on_where_it_was_stopped(place: Place) {
    let lists = Lists::of(8_000);
    let gateway = lists.gateway(&place).await;
    // Slow enough to be stopped in the middle.
    let slow = Settings { requests_per_second: 4, ..QUICK };
    let walking = gateway::ledger::start(&gateway.app, slow);
    let walked = |flow: &Value| flow["listed"].as_i64().is_some_and(|listed| listed >= 2_000);
    let flows = until(&gateway, walked).await;
    assert_eq!((&flows[0]["state"], &flows[0]["total"]), (&json!("walking"), &json!(8_000)));
    assert_eq!(numbers(&gateway, "tf", "f1", &lists.ids()[..5]).await, HashMap::new(), "no number before all runs are known");
    drop(walking);
    let before = lists.asked.lock().unwrap().len();
    // What began meanwhile is numbered with them.
    lists.add("new", 1_800_000_000);
    let _walking = gateway::ledger::start(&gateway.app, QUICK);
    until(&gateway, kept).await;
    let asked: Vec<u64> = lists.asked.lock().unwrap()[before..].iter().map(|(offset, _)| *offset).collect();
    assert!(asked.iter().find(|offset| **offset > 0).is_some_and(|offset| *offset >= 1_900), "it began anew: {asked:?}");
    let told = numbers(&gateway, "tf", "f1", &lists.ids()).await;
    assert_eq!((told.len(), told["run-000001"], told["run-008000"], told["new"]), (8_001, (1, false), (8_000, false), (8_001, false)));
}
