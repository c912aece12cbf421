//! Where the vendor says that values stand.

use super::*;
use runs::RunAdapter;
use runs::model::review::Review;
use runs::model::source::{Frame, SourceLocation};

const GET_SOURCES: &str = "GET extractions/extr_1/sources";

fn sources(extraction: &str, sources: &str) -> String {
    format!(
        r#"{{"object": "extraction.sources", "extraction_id": "extr_1", "document_type": "pdf", "file": {{"id": "file_1"}},
            "extraction": {extraction}, "sources": {sources}, "evidence": {{}}, "job": null}}"#
    )
}

fn source(kind: &str, page: &str, left: &str) -> String {
    format!(
        r#"{{"file_id": "file_1", "content": "1,612.50", "anchor": {{"kind": "{kind}", "page": {page}, "left": {left}, "top": 0.4, "width": 0.061, "height": 0.0125}}}}"#
    )
}

fn told_of(vendor: &mut Vendor) -> Vec<SourceLocation> {
    let review: Review = vendor.run(RetabReviews.get_review(&reference(), "rev_1")).expect("a review");
    vendor.run(RetabReviews.sources(&review)).expect("never a failure")
}

const MADE: &str = r#"{"total": 1612.5, "id": 9007199254740993}"#;

fn at_total(source: &str) -> String {
    sources(MADE, &format!(r#"{{"total": {{"value": 1612.5, "source": {source}}}, "id": {{"value": 9007199254740993, "source": null}}}}"#))
}

#[test]
fn frames_on_pages_are_told_of_the_fields_that_they_belong_to() {
    let mut vendor = waiting().ok(GET_SOURCES, &at_total(&source("pdf_bbox", "2", "0.80672")));
    let frame = Frame { x: 80_672, y: 40_000, width: 6_100, height: 1_250 };
    assert_eq!(told_of(&mut vendor), [SourceLocation { path: "/total".into(), file: "file_1".into(), page: 2, frame }]);
    assert!(vendor.writes().is_empty(), "the vendor is not asked to compute");
}

#[test]
fn frames_on_pictures_are_told_too() {
    for (page, told) in [("null", 1), ("1", 1), ("3", 3)] {
        let mut vendor = waiting().ok(GET_SOURCES, &at_total(&source("image_bbox", page, "0.80672")));
        let frame = Frame { x: 80_672, y: 40_000, width: 6_100, height: 1_250 };
        assert_eq!(told_of(&mut vendor), [SourceLocation { path: "/total".into(), file: "file_1".into(), page: told, frame }], "{page}");
    }
}

#[test]
fn a_result_within_the_data_and_its_lists_is_found() {
    let made = r#"{"invoice": {"lines": [{"amount": 5}, {"amount": 6.50}]}, "other": 1}"#;
    let versions = VERSIONS.replace(r#"{ "total": 1612.50, "id": 9007199254740993 }"#, made);
    let tree = format!(
        r#"{{"lines": [{{"amount": {{"value": 5, "source": null}}}}, {{"amount": {{"value": 6.5, "source": {}}}}}]}}"#,
        source("pdf_bbox", "1", "0.5")
    );
    let mut vendor = around(REVIEW, &versions).ok(GET_SOURCES, &sources(r#"{"lines": [{"amount": 5}, {"amount": 6.5}]}"#, &tree));
    let paths: Vec<String> = told_of(&mut vendor).into_iter().map(|told| told.path).collect();
    assert_eq!(paths, ["/invoice/lines/1/amount"]);
}

#[test]
fn what_does_not_belong_to_the_data_or_is_no_frame_on_a_page_is_left_out() {
    let other = r#"{"total": 99, "id": 9007199254740993}"#;
    for (what, answer) in [
        ("another result", sources(other, r#"{"total": {"value": 99, "source": null}}"#)),
        ("a cell", at_total(&source("csv_cell", "1", "0.5"))),
        ("no page", at_total(&source("pdf_bbox", "null", "0.5"))),
        ("page nought", at_total(&source("pdf_bbox", "0", "0.5"))),
        ("outside the page", at_total(&source("pdf_bbox", "1", "480.5"))),
        ("no number", at_total(&source("pdf_bbox", "1", r#""left""#))),
        ("nonsense", r#"{"sources": [1, {"value": 1}], "extraction": 7}"#.to_owned()),
        ("no object", "[]".to_owned()),
    ] {
        assert_eq!(told_of(&mut waiting().ok(GET_SOURCES, &answer)), [], "{what}");
    }
    // 404, as where nothing was computed.
    assert_eq!(told_of(&mut waiting()), []);
}
