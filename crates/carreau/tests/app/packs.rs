//! Folders of data through the program: sound ones, broken ones, and all the ways in which sound
//! ones are written.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use carreau::data::{read_folder, write_folder};

use crate::hub::Folder;

/// Runs the program on a folder of data.
pub fn carreau(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carreau"));
    command.env_remove("CARREAU_DATABASE").env("NO_COLOR", "1").arg("--data").arg(data);
    command.args(arguments).output().expect("the program starts")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program speaks UTF-8")
}

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a plain path")
}

/// A generated folder, in memory.
fn sound() -> BTreeMap<String, Vec<u8>> {
    let folder = Folder::new();
    let made = ["generate", "--scale", "xs", "--seed", "3", "--from", "2037-W10", "--weeks", "1"];
    let out = carreau(folder.path(), &[made.as_slice(), &[path(folder.path())]].concat());
    assert!(out.status.success(), "{}", text(&out.stderr));
    read_folder(folder.path()).expect("what was written").into_iter().collect()
}

fn written(files: &BTreeMap<String, Vec<u8>>) -> Folder {
    let folder = Folder::new();
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    write_folder(folder.path(), &files).expect("a folder of data");
    folder
}

/// All that a database exports; empty when it has nothing.
fn export(data: &Path) -> Vec<(String, Vec<u8>)> {
    let folder = Folder::new();
    let out = carreau(data, &["export", path(folder.path())]);
    let empty = text(&out.stderr).contains("la base est vide");
    assert!(out.status.success() || empty, "{}", text(&out.stderr));
    read_folder(folder.path()).expect("what was written")
}

/// One cell of a sound folder: file, line (the heading is 1), column, what is put there, and the
/// reason that is said besides these four.
const BROKEN: &str = "\
offers.csv        | 2 | price          | cher \
            | ce n'est pas un nombre. Exemple : 12,5.
offers.csv        | 3 | quantity       | -4                  | ce nombre ne peut pas être négatif.
offers.csv        | 4 | day            | 2037-03-09          | la plateforme ne livre pas ce jour
offers.csv        | 5 | product        | licorne             | produit inconnu
offers.csv        | 2 | producer       | personne            | ferme inconnue
offers.csv        | 2 | labels         | organic \
            | La ferme « petite-camargue » n'a pas de certificat Bio valable
producers.csv     | 3 | siret          | 12345678901234      | ce n'est pas un SIRET : 14 chiffres
producers.csv     | 2 | latitude       | 143.6               | les degrés vont de -90 à 90.
buyers.csv        | 4 | kind           | prison              | mot inconnu. Connus : scolaire
sites.csv         | 2 | buyer          | personne            | acheteur inconnu
products.csv      | 2 | unit           | brouette            | mot inconnu. Connus : kilo
orders.csv        | 6 | quantity       | beaucoup            | ce n'est pas un nombre.
quotations.csv    | 2 | week           | 2037-W99 \
            | ce n'est pas une semaine. Exemple : 2026-W48.
vehicles.csv      | 2 | payload_kg     | lourd               | ce n'est pas un nombre.
";

#[test]
fn a_broken_folder_leaves_nothing() {
    let sound = sound();
    for row in BROKEN.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [file, line, column, value, reason] = columns[..] else { panic!("five: {row}") };
        let line: usize = line.parse().expect("a line");
        let (folder, data) = (written(&broken(&sound, file, line, column, value)), Folder::new());
        let out = carreau(data.path(), &["import", path(folder.path())]);
        let said = text(&out.stderr).replace(['\u{a0}', '\u{202f}'], " ");
        // What the rules refuse concerns a line, what cannot be read a cell.
        let mut place = format!("{file}, ligne {line}, ");
        if !reason.starts_with("La ferme") {
            place += &format!("colonne « {column} », valeur « {value} » : ");
        }
        let told = said.lines().find(|told| told.starts_with(&place));
        assert!(told.is_some_and(|told| told.contains(reason)), "{row}\n{said}");
        assert!(said.contains("1 erreur à corriger ; rien n'a été importé."), "{row}\n{said}");
        assert_eq!(out.status.code(), Some(1), "{row}");
        assert!(export(data.path()).is_empty(), "{row}");
    }
}

fn broken(
    sound: &BTreeMap<String, Vec<u8>>,
    file: &str,
    line: usize,
    column: &str,
    value: &str,
) -> BTreeMap<String, Vec<u8>> {
    let mut rows = table(&sound[file]);
    let at = rows[0].iter().position(|title| title == column).expect("a column");
    rows[line - 1][at] = value.into();
    let mut files = sound.clone();
    files.insert(file.into(), table_text(&rows, b','));
    files
}

/// The cells of a file, the heading first.
fn table(bytes: &[u8]) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let rows = reader.into_records().map(|row| row.expect("a sound file"));
    rows.map(|row| row.iter().map(String::from).collect()).collect()
}

fn table_text(rows: &[Vec<String>], separator: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("memory");
    }
    writer.into_inner().expect("memory")
}

/// A way to write the same folder otherwise.
type Manner = (&'static str, fn(&str, &[u8]) -> Vec<u8>);

const MANNERS: &[Manner] = &[
    ("as it is", |_, bytes| bytes.to_vec()),
    ("with semicolons", |_, bytes| table_text(&table(bytes), b';')),
    ("with decimal commas", |file, bytes| decimal_commas(file, bytes)),
    ("in Windows letters", |_, bytes| windows(bytes)),
    ("with a mark in front", |_, bytes| [b"\xef\xbb\xbf", bytes].concat()),
    ("with columns turned round", |_, bytes| {
        let mut rows = table(bytes);
        rows.iter_mut().for_each(|row| row.reverse());
        table_text(&rows, b',')
    }),
    ("with Windows line ends", |_, bytes| text(bytes).replace('\n', "\r\n").into_bytes()),
];

#[test]
fn the_same_folder_in_other_manners_is_the_same() {
    let sound = sound();
    let mut first = None;
    for (manner, write) in MANNERS {
        let files = sound.iter().map(|(name, bytes)| (name.clone(), write(name, bytes))).collect();
        let (folder, data) = (written(&files), Folder::new());
        let out = carreau(data.path(), &["import", path(folder.path())]);
        assert!(out.status.success(), "{manner}: {}", text(&out.stderr));
        let exported = export(data.path());
        assert!(exported.len() > 10, "{manner}");
        assert!(first.get_or_insert_with(|| exported.clone()) == &exported, "{manner}");
    }
}

/// What the hub sets besides (rhythms, single dates), what food aid tells of itself and what was
/// said of weeks to come go out as they came in. A day that is added takes offers; without its line
/// the same folder is refused.
#[test]
fn what_the_hub_sets_comes_in_and_goes_out() {
    let mut files = sound();
    let buyers = table(&files["buyers.csv"]);
    let aid = buyers.iter().find(|row| row[1] == "food_aid").expect("food aid")[0].clone();
    let farm = table(&files["producers.csv"])[1][0].clone();
    let product = table(&files["products.csv"])[1][0].clone();
    let set = [
        (
            "rhythms.csv",
            "from,delivery_days,cutoff_days_before,cutoff_time\n\
            2037-W20,mon+fri,1,14:00\n"
                .to_string(),
        ),
        (
            "day_exceptions.csv",
            "day,delivery,moved_to,cutoff_day,cutoff_time,reason\n\
            2037-03-04,extra,,2037-03-02,10:00,Semaine du goût\n\
            2037-03-17,moved,2037-03-18,,,Foire\n"
                .to_string(),
        ),
        (
            "aid_profiles.csv",
            format!(
                "buyer,approval,departments,vans,structures\n\
            {aid},34-2024-07,34+30,\"Camion : 1200\nKangoo : 350.5\",\"Lunel : 3\nSète : 1\"\n"
            ),
        ),
        (
            "pledges.csv",
            format!(
                "producer,product,labels,from,to,weekly\n\
            {farm},{product},,2037-W05,2037-W30,120.5\n"
            ),
        ),
        (
            "menus.csv",
            format!("buyer,week,product,labels,servings\n{aid},2037-W12,{product},,400\n"),
        ),
        (
            "sourcing.csv",
            "aims,farms_most,tolerance\npromises+served+kilometres+fair_share,3,12.5\n".to_string(),
        ),
    ];
    for (name, text) in &set {
        files.insert((*name).into(), text.clone().into_bytes());
    }
    let mut offers = table(&files["offers.csv"]);
    let mut more = offers[1].clone();
    more[3] = "2037-03-04".into();
    offers.push(more);
    files.insert("offers.csv".into(), table_text(&offers, b','));
    let data = Folder::new();
    for round in ["once", "again"] {
        let out = carreau(data.path(), &["import", path(written(&files).path())]);
        assert!(out.status.success(), "{round}: {}", text(&out.stderr));
        let exported: BTreeMap<_, _> = export(data.path()).into_iter().collect();
        for (name, told) in &set {
            assert_eq!(&text(&exported[*name]), told, "{round}");
        }
    }
    files.remove("day_exceptions.csv");
    let out = carreau(Folder::new().path(), &["import", path(written(&files).path())]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("la plateforme ne livre pas ce jour"));
}

/// What purchases aim at is the hub's own until a folder says otherwise; one that says nothing of
/// it changes nothing of it.
#[test]
fn what_purchases_aim_at_stays_until_a_folder_says_otherwise() {
    let (mut files, data) = (sound(), Folder::new());
    let near = "aims,farms_most,tolerance\npromises+served+kilometres,3,12.5\n";
    let fair = "aims,farms_most,tolerance\npromises+served+income+fair_share,1,\n";
    let steps = [
        (None, None),
        (Some(near), Some(near)),
        (None, Some(near)),
        (Some(fair), Some(fair)),
        (Some(near), Some(near)),
    ];
    for (step, (told, kept)) in steps.into_iter().enumerate() {
        files.remove("sourcing.csv");
        if let Some(told) = told {
            files.insert("sourcing.csv".into(), told.as_bytes().to_vec());
        }
        let out = carreau(data.path(), &["import", path(written(&files).path())]);
        assert!(out.status.success(), "{step}: {}", text(&out.stderr));
        let exported: BTreeMap<_, _> = export(data.path()).into_iter().collect();
        let found = exported.get("sourcing.csv").map(|bytes| text(bytes));
        assert_eq!(found.as_deref(), kept, "{step}");
    }
}

/// A setting that no plan could follow is refused with its place, and nothing is taken in.
#[test]
fn a_folder_that_aims_at_nothing_known_leaves_nothing() {
    let (mut files, data) = (sound(), Folder::new());
    let wrong = "aims,farms_most,tolerance\nserved+promises,2,\n";
    files.insert("sourcing.csv".into(), wrong.as_bytes().to_vec());
    let out = carreau(data.path(), &["import", path(written(&files).path())]);
    let said = text(&out.stderr).replace(['\u{a0}', '\u{202f}'], " ");
    let place = "sourcing.csv, ligne 2, colonne « aims », valeur « served+promises » : d'abord";
    assert!(said.contains(place), "{said}");
    assert_eq!(out.status.code(), Some(1));
    assert!(export(data.path()).is_empty());
}

/// Numbers with a point get a comma, as a French spreadsheet writes them.
fn decimal_commas(file: &str, bytes: &[u8]) -> Vec<u8> {
    let mut rows = table(bytes);
    let heading = rows[0].clone();
    for (column, title) in heading.iter().enumerate() {
        let numbers = ["quantity", "price", "latitude", "longitude", "received", "rejected"];
        if numbers.contains(&title.as_str()) {
            rows.iter_mut().skip(1).for_each(|row| row[column] = row[column].replace('.', ","));
        }
    }
    assert!(file != "offers.csv" || text(&table_text(&rows, b';')).contains(','));
    table_text(&rows, b';')
}

/// Windows-1252: Latin letters in one byte, and a few signs of its own.
fn windows(bytes: &[u8]) -> Vec<u8> {
    let one = |sign: char| match sign {
        'Œ' => 0x8c,
        'œ' => 0x9c,
        '–' => 0x96,
        '’' => 0x92,
        '€' => 0x80,
        other => u8::try_from(u32::from(other)).unwrap_or_else(|_| panic!("{other} in Windows")),
    };
    text(bytes).chars().map(one).collect()
}

#[test]
fn one_broken_line_changes_nothing_of_what_is_there() {
    let sound = sound();
    let (folder, data) = (written(&sound), Folder::new());
    let out = carreau(data.path(), &["import", path(folder.path())]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let before = export(data.path());
    let mut files = sound.clone();
    let renamed = text(&sound["producers.csv"]).replace("Serres du Grau", "Serres de la Plage");
    files.insert("producers.csv".into(), renamed.into_bytes());
    let broken = written(&broken(&files, "orders.csv", 3, "quantity", "beaucoup"));
    let out = carreau(data.path(), &["import", path(broken.path())]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("rien n'a été importé"), "{}", text(&out.stderr));
    assert!(export(data.path()) == before, "something was changed");
    // The same without the broken line is taken in: the test sees a change where there is one.
    let out = carreau(data.path(), &["import", path(written(&files).path())]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert!(export(data.path()) != before, "the new name was lost");
}
