//! Saved views: kept as text, carried as a file.
#![allow(clippy::unwrap_used)]

use console::views::{
    Imported, LARGEST_FILE, LONGEST_NAME, MOST, NoViews, Refused, SavedView, export, import, name_of, query_of, read, write,
};
use proptest::prelude::*;
use runs::reading::address::HistoryAddress;

fn view(name: &str, query: &str) -> SavedView {
    SavedView { name: name.into(), query: query.into() }
}

fn some() -> Vec<SavedView> {
    vec![
        view("Failed today", "c=retab&flow=wf_1&status=failed&last=1440"),
        view("E-Mail: 100 % & mehr / 日本", "c=retab&flow=*&trigger=email&q=customer_id%3A12"),
    ]
}

#[test]
fn a_view_is_an_address_without_its_place() {
    let address = HistoryAddress::read("?c=retab&flow=wf_1&status=waiting,failed&size=25&at=a.run_9");
    assert_eq!(query_of(&address), "c=retab&flow=wf_1&status=waiting,failed&size=25");
}

#[test]
fn views_are_kept_and_a_damaged_store_gives_what_is_whole() {
    assert_eq!(read(&write(&some())), Some(some()));
    assert_eq!(read(""), Some(Vec::new()));
    assert_eq!(read("2\nAll c=retab"), None, "a later version's views are not touched");
    let damaged = "1\nno-query\nGood c=retab\n%20 c=retab\nGood c=flowstack\nNowhere status=failed\n\u{0}\nPaged c=retab&at=o.500&frob=1";
    assert_eq!(read(damaged), Some(vec![view("Good", "c=retab"), view("Paged", "c=retab")]));
    let many: Vec<SavedView> = (0..MOST + 10).map(|at| view(&format!("View {at}"), "c=retab")).collect();
    assert_eq!(read(&write(&many)).unwrap().len(), MOST, "bounded");
}

#[test]
fn a_name_is_one_line_of_some_length() {
    assert_eq!(name_of("  Failed today "), Some("Failed today".into()));
    assert_eq!((name_of(" "), name_of("two\nlines"), name_of(&"x".repeat(LONGEST_NAME + 1))), (None, None, None));
    assert!(name_of(&"ü".repeat(LONGEST_NAME)).is_some());
}

#[test]
fn a_file_goes_to_another_browser_and_comes_twice_without_harm() {
    let file = export(&some());
    let first = import(&[], file.as_bytes()).unwrap();
    assert_eq!(first, Imported { views: some(), added: 2, ..Imported::default() });
    let again = import(&first.views, file.as_bytes()).unwrap();
    assert_eq!(again, Imported { views: some(), same: 2, ..Imported::default() });
}

#[test]
fn a_name_that_is_taken_by_another_view_gets_a_number() {
    let known = vec![view("Failed", "c=superai&status=failed"), view("Failed (2)", "c=superai")];
    let imported = import(&known, export(&[view("Failed", "c=retab&status=failed")]).as_bytes()).unwrap();
    assert_eq!(imported.renamed, [("Failed".to_owned(), "Failed (3)".to_owned())]);
    assert_eq!(imported.views[..2], known);
    assert_eq!(imported.views[2], view("Failed (3)", "c=retab&status=failed"));
    let long = "x".repeat(LONGEST_NAME);
    let imported = import(&[view(&long, "c=retab")], export(&[view(&long, "c=superai")]).as_bytes()).unwrap();
    assert_eq!(imported.views[1].name.chars().count(), LONGEST_NAME);
}

#[test]
fn a_broken_file_says_what_is_wrong_with_it() {
    let fails = |text: &str| import(&some(), text.as_bytes()).unwrap_err();
    assert!(matches!(fails("{\"format\":"), NoViews::NotJson(_)));
    assert!(matches!(fails(""), NoViews::NotJson(_)));
    for other in ["[]", "{}", "null", r#"{"format":7}"#, r#"{"format":"something-else","version":1,"views":[]}"#] {
        assert_eq!(fails(other), NoViews::OtherFormat, "{other}");
    }
    assert_eq!(fails(r#"{"format":"sluice-views","version":2,"views":[]}"#), NoViews::Later);
    assert_eq!(fails(r#"{"format":"sluice-views","views":[]}"#), NoViews::Later);
    assert_eq!(fails(r#"{"format":"sluice-views","version":1,"views":{}}"#), NoViews::NoList);
    assert_eq!(import(&[], &vec![b' '; LARGEST_FILE + 1]).unwrap_err(), NoViews::TooLarge);
}

#[test]
fn entries_are_refused_one_by_one_with_their_reason() {
    let long = "x".repeat(3_000);
    let text = format!(
        r#"{{"format":"sluice-views","version":1,"views":[
            7, {{}}, {{"name":"","query":"c=retab"}}, {{"name":7,"query":"c=retab"}}, {{"name":"No query"}}, {{"name":"Bad query","query":{{}}}},
            {{"name":"Long","query":"c={long}"}}, {{"name":"Nowhere","query":"status=failed"}},
            {{"name":"Right","query":"?c=retab&at=o.50&status=failed,bogus","note":"kept out"}}
        ]}}"#
    );
    let imported = import(&[], text.as_bytes()).unwrap();
    assert_eq!(imported.views, [view("Right", "c=retab&status=failed")]);
    let why: Vec<_> = imported.refused.iter().map(|(at, name, why)| (*at, name.as_deref(), *why)).collect();
    assert_eq!(
        why,
        [
            (1, None, Refused::NotAnObject),
            (2, None, Refused::Name),
            (3, None, Refused::Name),
            (4, None, Refused::Name),
            (5, Some("No query"), Refused::Query),
            (6, Some("Bad query"), Refused::Query),
            (7, Some("Long"), Refused::Query),
            (8, Some("Nowhere"), Refused::NoConnection),
        ]
    );
    let full: Vec<SavedView> = (0..MOST).map(|at| view(&format!("View {at}"), "c=retab")).collect();
    let imported = import(&full, export(&some()).as_bytes()).unwrap();
    assert_eq!((imported.added, imported.refused.len(), imported.refused[0].2), (0, 2, Refused::Full));
}

proptest! {
    #[test]
    fn whatever_is_stored_or_imported_never_breaks_the_views(text in "(1\n)?[ -~\n\u{0}-\u{ff}]{0,300}", file in ".{0,300}") {
        if let Some(views) = read(&text) {
            prop_assert_eq!(read(&write(&views)), Some(views));
        }
        if let Ok(imported) = import(&some(), file.as_bytes()) {
            prop_assert_eq!(&imported.views[..2], &some()[..]);
        }
    }

    #[test]
    fn what_is_exported_is_imported(names in prop::collection::btree_set("[A-Za-z0-9\"\\\\äé{}:, ]{1,40}", 0..30)) {
        let views: Vec<SavedView> = names.iter().filter_map(|name| name_of(name)).map(|name| view(&name, "c=retab&q=%22")).collect();
        let mut wanted: Vec<SavedView> = Vec::new();
        for one in views {
            if !wanted.contains(&one) {
                wanted.push(one);
            }
        }
        prop_assert_eq!(import(&[], export(&wanted).as_bytes()).unwrap().views, wanted);
    }
}
