use runs::model::File;

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    Image,
    Table,
    Json,
    Text,
    Other,
}

impl Kind {
    /// By what the run says of the file, else by what came with its bytes, else by its name.
    pub fn of(file: &File, answered: &str) -> Self {
        let told = [file.media_type.as_deref().unwrap_or_default(), answered];
        let by_name = file.name.rsplit_once('.').map(|(_, ending)| Self::of_ending(&ending.to_ascii_lowercase()));
        told.into_iter().map(Self::of_type).chain(by_name).find(|kind| *kind != Self::Other).unwrap_or(Self::Other)
    }

    fn of_type(media_type: &str) -> Self {
        match media_type.split(';').next().unwrap_or_default().trim() {
            "application/pdf" => Self::Pdf,
            // SVG is a document that may hold scripts: it is shown as its text.
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp" => Self::Image,
            "text/csv" | "text/tab-separated-values" => Self::Table,
            other if other == "application/json" || other.ends_with("+json") => Self::Json,
            other if other.starts_with("text/") || other.ends_with("xml") => Self::Text,
            _ => Self::Other,
        }
    }

    fn of_ending(ending: &str) -> Self {
        match ending {
            "pdf" => Self::Pdf,
            "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp" => Self::Image,
            "csv" | "tsv" => Self::Table,
            "json" => Self::Json,
            "txt" | "md" | "xml" | "log" | "eml" | "html" | "svg" | "yaml" | "yml" => Self::Text,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runs::model::FileRole;

    fn kind(name: &str, media_type: Option<&str>, answered: &str) -> Kind {
        let file = File {
            role: FileRole::Input,
            field: String::new(),
            id: None,
            name: name.into(),
            media_type: media_type.map(str::to_owned),
            bytes: None,
            parts: Vec::new(),
            other: Vec::new(),
        };
        Kind::of(&file, answered)
    }

    #[test]
    fn a_file_is_what_the_run_says_then_what_its_bytes_say_then_what_its_name_says() {
        assert_eq!(kind("a.bin", Some("application/pdf"), "text/plain"), Kind::Pdf);
        assert_eq!(kind("a", None, "text/csv; charset=utf-8"), Kind::Table);
        assert_eq!(kind("A.JPG", None, "application/octet-stream"), Kind::Image);
        assert_eq!(kind("a", Some("application/vnd.api+json"), ""), Kind::Json);
        assert_eq!(kind("a", None, "application/octet-stream"), Kind::Other);
    }

    #[test]
    fn a_drawing_that_may_hold_scripts_is_text() {
        assert_eq!(kind("a.svg", Some("image/svg+xml"), "image/svg+xml"), Kind::Text);
        assert_eq!(kind("a.html", Some("text/html"), "text/html"), Kind::Text);
    }
}
