//! What a notification says: of one review, or of several together.

use runs::Timestamp;
use runs::value::percent::encode;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// So many reviews stand in one message; of more it says how many.
pub const MOST: usize = 50;
/// Characters of a name, of a vendor's.
const LONGEST: usize = 200;

/// One review that waits. Kept in the store until it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub connection: String,
    /// What people call the connection.
    pub label: String,
    pub flow: String,
    /// What people call the flow; its id where the vendor does not say.
    pub flow_name: String,
    pub run: String,
    /// Empty: the vendor tells no review, only that the run waits.
    pub review: String,
    /// What people call the step that it waits on.
    pub step: String,
    /// Milliseconds since 1970.
    pub since: Option<i64>,
}

/// How one review is told, with `{connection}`, `{flow}`, `{step}`, `{run}`, `{since}` and `{link}` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub subject: String,
    pub text: String,
}

impl Default for Template {
    fn default() -> Self {
        Self {
            subject: "{connection}: {flow} waits for a decision".into(),
            text: "{connection}: {flow}, {step}\nRun {run}, waiting since {since}\n{link}".into(),
        }
    }
}

/// What stands in braces in a template.
const PLACES: [&str; 6] = ["connection", "flow", "step", "run", "since", "link"];

impl Template {
    /// The first word in braces that means nothing.
    pub fn unknown_place(text: &str) -> Option<String> {
        parts(text).find_map(|(_, place)| place.filter(|place| !PLACES.contains(place)).map(str::to_owned))
    }

    fn fill(text: &str, waiting: &Waiting, link: &str) -> String {
        let since = waiting.since.map_or_else(|| "an unknown time".to_owned(), |at| Timestamp(at).iso());
        let mut filled = String::new();
        for (before, place) in parts(text) {
            filled += before;
            filled += &match place {
                Some("connection") => plain(&waiting.label),
                Some("flow") => plain(&waiting.flow_name),
                Some("step") => plain(&waiting.step),
                Some("run") => plain(&waiting.run),
                Some("since") => since.clone(),
                Some("link") => link.to_owned(),
                Some(other) => format!("{{{other}}}"),
                None => String::new(),
            };
        }
        filled
    }
}

/// Text and the word in braces behind it, one after the other. What a vendor's name holds in braces is filled in later, and means nothing.
fn parts(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let found = text.find('{').and_then(|open| text[open..].find('}').map(|close| (open, open + close)));
        match found {
            Some((open, close)) => {
                rest = Some(&text[close + 1..]);
                Some((&text[..open], Some(&text[open + 1..close])))
            }
            None => {
                rest = None;
                Some((text, None))
            }
        }
    })
}

/// A vendor's words on one line, of a length that people read.
fn plain(text: &str) -> String {
    let one: String =
        text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if one.chars().count() > LONGEST { one.chars().take(LONGEST - 1).chain(['…']).collect() } else { one }
}

/// Where somebody decides it.
pub fn link(public_url: &str, waiting: &Waiting) -> String {
    let run = format!("{public_url}/c/{}/runs/{}", encode(&waiting.connection), encode(&waiting.run));
    let flow = if waiting.flow.is_empty() { String::new() } else { format!("?flow={}", encode(&waiting.flow)) };
    if waiting.review.is_empty() { format!("{run}{flow}") } else { format!("{run}/reviews/{}{flow}", encode(&waiting.review)) }
}

/// A message as it is kept until it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub subject: String,
    pub text: String,
    /// For programs: the body of a webhook.
    pub payload: String,
}

impl Message {
    /// About these reviews, at least one; `all` may be more than are named.
    pub fn about(waiting: &[Waiting], all: usize, public_url: &str, template: impl Fn(&str) -> Template, now: i64) -> Self {
        let told: Vec<(String, String, String)> = waiting
            .iter()
            .map(|one| {
                let (template, link) = (template(&one.connection), link(public_url, one));
                (Template::fill(&template.subject, one, &link), Template::fill(&template.text, one, &link), link)
            })
            .collect();
        let subject = match told.as_slice() {
            [(subject, ..)] if all == 1 => plain(subject),
            _ => format!("{all} reviews wait for a decision"),
        };
        let mut text = told.iter().map(|(_, text, _)| text.as_str()).collect::<Vec<_>>().join("\n\n");
        if all > told.len() {
            text += &format!("\n\nand {} more: {public_url}/reviews", all - told.len());
        }
        let reviews = waiting.iter().zip(&told).map(|(one, (_, text, link))| {
            json!({
                "connection": one.connection,
                "connection_label": one.label,
                "flow": one.flow,
                "flow_name": one.flow_name,
                "run": one.run,
                "review": (!one.review.is_empty()).then_some(&one.review),
                "step": one.step,
                "waiting_since": one.since.map(|at| Timestamp(at).iso()),
                "link": link,
                "text": text,
            })
        });
        let payload = json!({
            "type": "review.waiting",
            "timestamp": Timestamp(now).iso(),
            // What chat programs show of a webhook.
            "text": format!("{subject}\n\n{text}"),
            "data": { "count": all, "reviews": reviews.collect::<Vec<_>>() },
        });
        Self { subject, text, payload: payload.to_string() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn waiting(run: &str) -> Waiting {
        Waiting {
            connection: "retab".into(),
            label: "Retab".into(),
            flow: "wf 1".into(),
            flow_name: "In{run}voices\r\nBcc: eve@example.com".into(),
            run: run.into(),
            review: "n/1".into(),
            step: "Check".into(),
            since: Some(0),
        }
    }

    #[test]
    fn one_review_is_told_by_its_connections_template() {
        let template = |_: &str| Template { subject: "{flow}!".into(), text: "{step} {run} {since} {link} {nothing} {".into() };
        let message = Message::about(&[waiting("r1")], 1, "https://s.example/sluice", template, 0);
        // A vendor's name is one line, and nothing in it is filled in.
        assert_eq!(message.subject, "In{run}voices Bcc: eve@example.com!");
        let link = "https://s.example/sluice/c/retab/runs/r1/reviews/n%2F1?flow=wf%201";
        assert_eq!(message.text, format!("Check r1 {} {link} {{nothing}} {{", Timestamp(0).iso()));
        let payload: serde_json::Value = serde_json::from_str(&message.payload).unwrap();
        assert_eq!((&payload["type"], &payload["data"]["reviews"][0]["link"]), (&"review.waiting".into(), &link.into()));
    }

    #[test]
    fn several_are_one_message_that_says_how_many_more() {
        let message = Message::about(&[waiting("r1"), waiting("r2")], 7, "https://s.example", |_| Template::default(), 0);
        assert_eq!(message.subject, "7 reviews wait for a decision");
        assert!(message.text.contains("runs/r1") && message.text.ends_with("and 5 more: https://s.example/reviews"), "{}", message.text);
    }

    #[test]
    fn a_template_says_which_of_its_places_means_nothing() {
        assert_eq!(Template::unknown_place("{flow} {link}"), None);
        assert_eq!(Template::unknown_place("{flow} {url}").as_deref(), Some("url"));
        assert_eq!(Template::unknown_place("a } b { c"), None);
    }
}
