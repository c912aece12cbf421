//! Controls of the form, from its schema.

use super::marks::{Mark, mark_of, marks};
use super::state::FormState;
use super::{lists, variants};
use crate::prelude::*;
use crate::strings::t;
use runs::Json;
use runs::form::{Draft, Form, Format, Kind, Node, Pick, field_text, format_ok};
use runs::value::percent::encode;

/// The whole form. Its events are handled where it stands: each control only carries its path.
pub fn form(form: FormState) -> Html {
    form.marks.update_value(std::collections::BTreeMap::clear);
    // Half a date is in no new control.
    form.draft.maybe_update(Draft::completed);
    form.draft.with_untracked(|draft| {
        let root = &draft.form().root;
        match &root.kind {
            Kind::Object { fields, more } => {
                let chooser = variants::chooser(form, root);
                let more = more.as_ref().map(|_| variants::new_name(root));
                view! { {of_all(form, root)}{chooser}{group(form, draft, fields)}{more} }
            }
            _ => group(form, draft, std::slice::from_ref(root)),
        }
    })
}

pub fn group(form: FormState, draft: &Draft, nodes: &[Node]) -> Html {
    let fields: Vec<Html> = nodes.iter().map(|one| node(form, draft, one)).collect();
    view! { <div class="sl-form__g">{fields}</div> }
}

fn node(form: FormState, draft: &Draft, node: &Node) -> Html {
    match &node.kind {
        Kind::Object { fields, more } => {
            let more = more.as_ref().filter(|_| !node.read_only).map(|_| variants::new_name(node));
            let inner = group(form, draft, fields);
            nest(form, draft, node, view! { {of_all(form, node)}{inner}{more} })
        }
        Kind::List { items, .. } => lists::list(form, draft, node, items),
        _ => field(form, draft, node),
    }
}

/// What is wrong with a group as a whole. It takes the focus here.
pub fn of_all(form: FormState, node: &Node) -> Html {
    view! { <div class="w" id=field_id(&node.path) tabindex="-1">{said_of_all(form, &node.path, None)}</div> }
}

/// What is wrong with a group, and ways to add what it lacks. `name`: whose it is, where it does not stand in the group.
pub fn said_of_all(form: FormState, path: &str, name: Option<String>) -> Html {
    let (mark, path) = (mark_of(form, path), path.to_owned());
    live(move || {
        let class = if mark.wrong() { "sl-field__x err" } else { "sl-field__x" };
        let name = name.clone().map(|name| view! { <bdi>{name}":"</bdi>" " });
        mark.problem().map(|problem| view! { <p class=class>{name}{problem}</p>{mark.lacks(&path)} })
    })
}

/// A group of fields in a frame.
pub fn nest(form: FormState, draft: &Draft, node: &Node, inner: Html) -> Html {
    let edited = mark_of(form, &node.path);
    let label = label(node);
    let hint = node.description.clone().map(|hint| view! { <p class="sl-xs sl-2"><bdi>{hint}</bdi></p> });
    let table = matches!(node.kind, Kind::List { flat: true, .. });
    view! {
        <fieldset class="sl-nest w" class:sl-nest--table=table data-edited=move || edited.edited().then_some("")>
            <legend><bdi title=label.clone()>{label}</bdi></legend>
            {hint}
            {variants::chooser(form, node)}
            {variants::clear_action(draft, node)}
            {inner}
        </fieldset>
    }
}

/// The field's name; the whole document has none of its own.
pub fn label(node: &Node) -> String {
    match node.place {
        Some(place) if node.title.is_none() => (t().review.item)(place + 1),
        _ if node.path.is_empty() => t().review.whole.to_owned(),
        _ => node.label().to_owned(),
    }
}

fn field(form: FormState, draft: &Draft, node: &Node) -> Html {
    let id = field_id(&node.path);
    let about = format!("{id}-x");
    let mark = mark_of(form, &node.path);
    let required = node.required.then(|| view! { <span class="sl-req" aria-hidden="true">"*"</span> });
    let wide = matches!(&node.kind, Kind::Json { .. }) || matches!(&node.kind, Kind::Text(rules) if rules.long);
    let tag = match (node.read_only, node.extra) {
        (true, _) => t().review.read_only.view(),
        (false, true) => {
            let remove = (!draft.form().inferred).then(|| variants::remove(node));
            view! { {t().review.not_in_schema}" "{remove} }
        }
        (false, false) => variants::chooser(form, node).view(),
    };
    let control = control(draft, node, mark, None, about.clone());
    view! {
        <div class="sl-field" class:w=wide class:sl-field--extra=node.extra data-edited=move || mark.edited().then_some("")>
            <label for=id><bdi title=label(node)>{label(node)}</bdi>{required}</label>
            <span class="sl-xs sl-2">{tag}</span>
            <div class="sl-field__wrap">{control}</div>
            {marks(node, about, mark, node.description.clone(), false)}
        </div>
    }
}

/// One control. `name` where no label stands beside it: in a table.
pub fn control(draft: &Draft, node: &Node, mark: Mark, name: Option<String>, about: String) -> Html {
    let id = field_id(&node.path);
    let path = node.path.clone();
    let text = draft.text(&path);
    let invalid = move || mark.wrong().then_some("true");
    let required = node.required.then_some("true");
    let read_only = node.read_only;
    let code = matches!(node.kind, Kind::Json { .. });
    if code || matches!(&node.kind, Kind::Text(rules) if rules.long) || (text.contains(['\n', '\r']) && matches!(node.kind, Kind::Text(_)))
    {
        let rows = text.lines().count().clamp(2, 12).to_string();
        return view! {
            <textarea
                id=id
                class="sl-input"
                class:sl-input--code=code
                data-path=path
                rows=rows
                spellcheck="false"
                aria-label=name
                aria-describedby=about
                aria-invalid=invalid
                aria-required=required
                readonly=read_only
                prop:value=text
            ></textarea>
        };
    }
    if let Some(options) = node.options().filter(|_| !read_only) {
        let now = draft.picked(&path);
        let entries = draft.picks(node).into_iter().map(|pick| {
            let label = entry(node, options, pick, &text);
            let value = if let Pick::At(at) = pick { options.get(at).map(field_text) } else { (pick == Pick::Other).then(|| text.clone()) };
            let (chosen, word) = (pick == now, pick.word());
            view! { <option translate="no" value=value.unwrap_or_default() data-pick=word selected=chosen>{label}</option> }
        });
        let entries: Vec<Html> = entries.collect();
        return view! {
            <select id=id class="sl-input sl-select" data-path=path aria-label=name aria-describedby=about aria-invalid=invalid aria-required=required>
                {entries}
            </select>
        };
    }
    // An empty text and nothing look alike otherwise.
    let nothing = (node.nullable && draft.get(&node.path).is_none_or(Json::is_null)).then(|| t().form.null);
    // A date input would hide a text that is no date.
    let date = matches!(&node.kind, Kind::Text(rules) if rules.format == Some(Format::Date))
        && (text.is_empty() || format_ok(Format::Date, &text));
    view! {
        <input
            id=id
            class="sl-input"
            class:sl-input--num=matches!(node.kind, Kind::Number(_))
            type=if date { "date" } else { "text" }
            inputmode=keypad(node)
            autocomplete="off"
            data-path=path
            aria-label=name
            aria-describedby=about
            aria-invalid=invalid
            aria-required=required
            readonly=read_only
            placeholder=nothing
            prop:value=text
        />
    }
}

/// What an entry of chosen values is called.
fn entry(node: &Node, options: &[Json], pick: Pick, text: &str) -> String {
    let words = t().form;
    match (pick, &node.kind) {
        (Pick::Absent, _) => t().review.not_set.to_owned(),
        (Pick::Null, _) => words.null.to_owned(),
        (Pick::Other, _) => text.to_owned(),
        (Pick::At(at), Kind::Choice { words: own, .. }) => {
            let own = own.get(at).cloned().unwrap_or_default();
            options.get(at).map(|option| (words.choice)(option, &own, node.is_quoted(at))).unwrap_or_default()
        }
        (Pick::At(0), _) => t().shared.yes.to_owned(),
        (Pick::At(_), _) => t().shared.no.to_owned(),
    }
}

/// A keypad of digits only where no minus can be meant: it often has none.
fn keypad(node: &Node) -> Option<&'static str> {
    let Kind::Number(rules) = &node.kind else { return None };
    let positive = rules.min.as_ref().is_some_and(|min| !min.as_str().starts_with('-'));
    positive.then_some(if rules.integer { "numeric" } else { "decimal" })
}

/// The id of a field's control.
pub fn field_id(path: &str) -> String {
    format!("f{}", encode(path))
}

/// A place in the data in words: `Lines, 2, Amount`.
pub fn name_of(form: &Form, path: &str) -> String {
    let trail = form.trail(path);
    let mut parts: Vec<String> = trail.iter().map(|node| node.place.map_or_else(|| label(node), |place| (place + 1).to_string())).collect();
    // Something that the form does not know, e.g. a field that only the other decision has.
    if trail.last().is_none_or(|node| node.path != path) {
        parts.extend(path.rsplit('/').next().map(str::to_owned));
    }
    parts.join(", ")
}
