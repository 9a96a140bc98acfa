//! Folders of data, in and out (`docs/data-pack.md`).

pub mod export;
pub mod import;

use std::path::Path;

use anyhow::Context;

/// The files of a folder with their bytes, by name. Hidden files and folders are passed over.
pub fn read_folder(folder: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let said = || {
        format!("{} : ce dossier ne se lit pas. Vérifiez son nom et vos droits.", folder.display())
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(said)? {
        let path = entry.with_context(said)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|name| !name.starts_with('.')) else { continue };
        if path.is_file() {
            let bytes = std::fs::read(&path).with_context(|| {
                format!("{} : ce fichier ne se lit pas. Vérifiez vos droits.", path.display())
            })?;
            files.push((name, bytes));
        }
    }
    files.sort();
    Ok(files)
}

/// Writes files into a folder, which is made if missing.
pub fn write_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| {
        format!("{} : impossible de créer ce dossier. Vérifiez vos droits.", folder.display())
    })?;
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| {
            format!("{} : impossible d'écrire ce fichier. Reste-t-il de la place ?", path.display())
        })?;
    }
    Ok(())
}
