//! Moments: any text reads or is refused, what is written reads back.

use proptest::prelude::*;
use runs::Timestamp;

proptest! {
    #[test]
    fn what_is_written_reads_back(millis in -62_167_219_200_000i64..253_402_300_800_000) {
        let time = Timestamp(millis);
        prop_assert_eq!(Timestamp::parse(&time.iso()), Some(time));
    }

    #[test]
    fn an_offset_moves_the_moment(millis in 0..4_000_000_000_000i64, hours in 0..24i64, minutes in 0..60i64, east: bool) {
        let local = Timestamp(millis).iso();
        let sign = if east { '+' } else { '-' };
        let text = format!("{}{sign}{hours:02}:{minutes:02}", local.trim_end_matches('Z'));
        let shift = (hours * 60 + minutes) * 60_000;
        prop_assert_eq!(Timestamp::parse(&text), Some(Timestamp(if east { millis - shift } else { millis + shift })));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}[.,0-9Zz:+-]{0,12}") {
        Timestamp::parse(&text);
        Timestamp::parse_http(&text);
    }

    #[test]
    fn arithmetic_saturates(left: i64, right: i64, millis: u64) {
        Timestamp(left).since(Timestamp(right));
        Timestamp(left).plus(millis);
        Timestamp(left).iso();
    }
}

#[test]
fn half_an_offset_is_no_time() {
    for text in [
        "2026-04-21T09:00:02+",
        "2026-04-21T09:00:02+2",
        "2026-04-21T09:00:02+02:",
        "2026-04-21T09:00:02+02:0",
        "2026-04-21T09:00:02+02:000",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn a_date_of_http_is_read_in_its_three_forms() {
    for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
        assert_eq!(Timestamp::parse_http(text).map(Timestamp::iso).as_deref(), Some("1994-11-06T08:49:37Z"), "{text}");
    }
    for bad in [
        "",
        "120",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nix 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 GMT",
    ] {
        assert_eq!(Timestamp::parse_http(bad), None, "{bad}");
    }
}
