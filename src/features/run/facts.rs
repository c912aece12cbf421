use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Code, Moment};
use runs::Json;
use runs::model::{Fact, FactValue};

/// Documented fields beyond the headline ones, each by its kind of value.
pub fn fact_rows(facts: &[Fact]) -> Vec<Html> {
    facts.iter().map(|fact| row((t().shared.fact)(fact.name).to_owned(), value(&fact.value))).collect()
}

/// Fields that no document names, as they came.
pub fn other_rows(fields: &[(String, Json)]) -> Vec<Html> {
    fields.iter().map(|(name, value)| row(name.clone(), json(name, value))).collect()
}

pub fn row(name: String, value: Html) -> Html {
    view! { <div><dt><bdi>{name}</bdi></dt><dd>{value}</dd></div> }
}

fn value(value: &FactValue) -> Html {
    let shared = t().shared;
    match value {
        FactValue::Text(text) => view! { <bdi class="sl-wrap">{text.clone()}</bdi> },
        FactValue::Time(at) => view! { <Moment at=*at /> },
        FactValue::Millis(millis) => (shared.duration)(*millis).view(),
        FactValue::Count(count) => (shared.count)(*count).view(),
        FactValue::Flag(flag) => if *flag { shared.yes } else { shared.no }.view(),
        FactValue::Texts(texts) => view! { <bdi class="sl-wrap">{texts.join(", ")}</bdi> },
        FactValue::Data(data) => json("", data),
    }
}

/// A scalar in line, anything larger as a block.
pub fn json(name: &str, value: &Json) -> Html {
    match value {
        Json::Object(_) | Json::Array(_) => view! { <Code value=value.clone() label=name /> },
        scalar => {
            let flaw = runs::value::json::flaw(scalar).map(|_| view! { " "<span class="sl-mark">{t().shared.not_valid}</span> });
            view! { <bdi class="sl-wrap">{runs::value::json::plain(scalar)}</bdi>{flaw} }
        }
    }
}
