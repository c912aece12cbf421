//! Saved views of the history: a name for an address without its place. Kept as a few lines of text; carried between browsers as a
//! JSON file, which is read field by field.

use runs::model::Place;
use runs::reading::address::HistoryAddress;
use runs::value::json::{Json, Map, parse};
use runs::value::percent::{decode, encode};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub name: String,
    /// A query string without `?` and without a place.
    pub query: String,
}

/// Views at once.
pub const MOST: usize = 50;
/// Characters of a name.
pub const LONGEST_NAME: usize = 60;
/// Bytes of a query.
const LONGEST_QUERY: usize = 2_000;
/// Bytes of a file.
pub const LARGEST_FILE: usize = 256 * 1024;

const VERSION: &str = "1";
const FORMAT: &str = "sluice-views";

/// What a view keeps of an address: everything but the place.
pub fn query_of(address: &HistoryAddress) -> String {
    let kept = HistoryAddress { place: Place::First, ..address.clone() };
    kept.write().trim_start_matches('?').to_owned()
}

/// A query as this version writes it; `None` if it names no connection or is too long.
fn settled(query: &str) -> Option<String> {
    let address = HistoryAddress::read(query);
    (query.len() <= LONGEST_QUERY && address.connection.is_some()).then(|| query_of(&address)).filter(|query| query.len() <= LONGEST_QUERY)
}

/// A name as typed, without spaces around it; `None` if it is empty, too long or not one line.
pub fn name_of(text: &str) -> Option<String> {
    let name = text.trim();
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control)).then(|| name.to_owned())
}

/// Reads what [`write`] wrote, line by line; what is not understood is left out. `None`: written by a later version, which is left
/// alone.
pub fn read(text: &str) -> Option<Vec<SavedView>> {
    let mut lines = text.lines();
    match lines.next() {
        None => return Some(Vec::new()),
        Some(version) if version != VERSION => return None,
        Some(_) => {}
    }
    let mut views: Vec<SavedView> = Vec::new();
    for line in lines {
        let Some((name, query)) = line.split_once(' ') else { continue };
        if let (Some(name), Some(query)) = (name_of(&decode(name)), settled(query))
            && views.len() < MOST
            && !views.iter().any(|view| view.name == name)
        {
            views.push(SavedView { name, query });
        }
    }
    Some(views)
}

pub fn write(views: &[SavedView]) -> String {
    let mut text = String::from(VERSION);
    for view in views {
        text.push('\n');
        text.push_str(&encode(&view.name));
        text.push(' ');
        text.push_str(&view.query);
    }
    text
}

/// A name that none of the views has: the wanted one, else with a number behind it.
fn free_name(views: &[SavedView], wanted: &str) -> String {
    let taken = |name: &str| views.iter().any(|view| view.name == name);
    if !taken(wanted) {
        return wanted.to_owned();
    }
    let numbered = |number: usize| {
        let mark = format!(" ({number})");
        let kept: String = wanted.chars().take(LONGEST_NAME - mark.chars().count()).collect();
        format!("{}{mark}", kept.trim_end())
    };
    (2..=views.len() + 2).map(numbered).find(|name| !taken(name)).unwrap_or_else(|| numbered(views.len() + 3))
}

/// As a file for another browser.
pub fn export(views: &[SavedView]) -> String {
    let list = views.iter().map(|view| {
        let text = |text: &str| Json::String(text.to_owned());
        Json::Object(Map::from_iter([("name".to_owned(), text(&view.name)), ("query".to_owned(), text(&view.query))]))
    });
    let file = Map::from_iter([
        ("format".to_owned(), Json::String(FORMAT.to_owned())),
        ("version".to_owned(), Json::from(1)),
        ("views".to_owned(), Json::Array(list.collect())),
    ]);
    Json::Object(file).to_string()
}

/// Why a file is no file of views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoViews {
    TooLarge,
    /// With the parser's words.
    NotJson(String),
    /// JSON, but of something else.
    OtherFormat,
    /// Written by a version that says more than this one understands.
    Later,
    /// Its list of views is missing, or no list.
    NoList,
}

/// Why one entry of a file was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    NotAnObject,
    /// Missing, empty, too long, or not one line of text.
    Name,
    /// Missing, too long, or not text.
    Query,
    /// It says of no connection what it is a view of.
    NoConnection,
    /// There is no room for more.
    Full,
}

/// What became of a file's views.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Those that were there, then the new ones.
    pub views: Vec<SavedView>,
    pub added: usize,
    /// There already, by name and by what they show.
    pub same: usize,
    /// Names that were taken by other views, and what they were changed to.
    pub renamed: Vec<(String, String)>,
    /// Places in the file (from one) of what was left out, with the name if there is one.
    pub refused: Vec<(usize, Option<String>, Refused)>,
}

/// Adds the views of a file to those that are there. Nothing that is there is changed.
///
/// # Errors
/// The file as a whole is not understood; a single entry that is not is left out and told instead.
pub fn import(known: &[SavedView], bytes: &[u8]) -> Result<Imported, NoViews> {
    if bytes.len() > LARGEST_FILE {
        return Err(NoViews::TooLarge);
    }
    let file = parse(bytes).map_err(|problem| NoViews::NotJson(problem.problem))?;
    if file.get("format").and_then(Json::as_str) != Some(FORMAT) {
        return Err(NoViews::OtherFormat);
    }
    if file.get("version").and_then(Json::as_u64) != Some(1) {
        return Err(NoViews::Later);
    }
    let entries = file.get("views").and_then(Json::as_array).ok_or(NoViews::NoList)?;
    let mut imported = Imported { views: known.to_vec(), ..Imported::default() };
    for (at, entry) in entries.iter().enumerate() {
        let name = entry.get("name").and_then(Json::as_str).and_then(name_of);
        match entry_of(entry, name.clone()) {
            Ok(view) if imported.views.contains(&view) => imported.same += 1,
            Ok(_) if imported.views.len() >= MOST => imported.refused.push((at + 1, name, Refused::Full)),
            Ok(mut view) => {
                let free = free_name(&imported.views, &view.name);
                if free != view.name {
                    imported.renamed.push((view.name, free.clone()));
                    view.name = free;
                }
                imported.views.push(view);
                imported.added += 1;
            }
            Err(why) => imported.refused.push((at + 1, name, why)),
        }
    }
    Ok(imported)
}

fn entry_of(entry: &Json, name: Option<String>) -> Result<SavedView, Refused> {
    if !entry.is_object() {
        return Err(Refused::NotAnObject);
    }
    let name = name.ok_or(Refused::Name)?;
    let query = entry.get("query").and_then(Json::as_str).filter(|query| query.len() <= LONGEST_QUERY).ok_or(Refused::Query)?;
    Ok(SavedView { name, query: settled(query).ok_or(Refused::NoConnection)? })
}
