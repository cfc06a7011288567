//! 操作マニュアル: its pictures, and how people come to it.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use onshi_scenarios::browser::{Browser, Options};
use onshi_scenarios::demo::{Demo, build_folder};
use onshi_server::web::all_samples;
use onshi_server::web::manual::book::{BOOKS, PAGES};
use onshi_server::web::manual::pictures::{TAKEN, digest_of_words, list_of};
use onshi_server::web::manual::text::ManualBlock;
use tokio::net::TcpListener;

use super::person::{ADMIN, Person};
use super::samples::serve;

/// How wide the window is of which pictures are taken, and how much of a long screen they show.
const WIDTH: u32 = 1000;
const HEIGHT_MAX: u32 = 760;

/// The menu beside a page takes room, a form has no focus in a picture, and what is below a short page is empty.
const ALONE: &str = "
    document.querySelectorAll('.side, .skip-link').forEach((e) => e.remove());
    document.querySelector('.layout').style.flex = 'none';
    document.querySelector('main').style.paddingBottom = '1.5rem';
    if (document.activeElement) document.activeElement.blur();";

/// The samples that the manual shows.
fn shown() -> BTreeSet<&'static str> {
    let blocks = PAGES.iter().flat_map(|page| &page.blocks);
    blocks
        .filter_map(|block| match block {
            ManualBlock::Picture { sample, .. } => Some(sample.as_str()),
            _ => None,
        })
        .collect()
}

/// Takes every picture of the manual. With `UPDATE_EXPECT=1` they go to where the program takes them from; else they are
/// held against what is there, but for their pixels, which another machine's fonts change.
#[tokio::test]
async fn pictures_show_the_screens_as_they_are() {
    let samples: HashMap<String, String> = all_samples().into_iter().collect();
    let samples = Arc::new(samples);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, samples.clone()));
    let browser = Browser::start(Options::default()).await.unwrap();
    browser.looks_through(WIDTH, 900).await.unwrap();
    browser.prefers_dark(false).await.unwrap();

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/web/manual/pictures");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let folder = match update {
        true => root.clone(),
        false => build_folder().join("../screenshots/manual"),
    };
    std::fs::create_dir_all(&folder).unwrap();
    let mut taken = Vec::new();
    for sample in shown() {
        browser.goto(&format!("{home}/{sample}")).await.unwrap();
        browser.execute(ALONE).await.unwrap();
        let (picture, size) = browser.picture_of("main", HEIGHT_MAX).await.unwrap();
        assert!(picture.len() > 2_000 && size.1 > 100, "{sample}: {size:?}");
        std::fs::write(folder.join(format!("{sample}.webp")), picture).unwrap();
        taken.push((sample.to_owned(), digest_of_words(&samples[sample]), size));
    }
    if update {
        std::fs::write(root.join("list.rs"), list_of(&taken)).unwrap();
        for file in std::fs::read_dir(&root).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let is_picture = path.extension().is_some_and(|end| end == "webp");
            if is_picture && !shown().contains(name.as_str()) {
                std::fs::remove_file(path).unwrap();
            }
        }
        return;
    }
    let there = TAKEN.iter().map(|one| (one.sample, one.words));
    let now = taken
        .iter()
        .map(|(sample, words, _)| (sample.as_str(), words.as_str()));
    assert!(there.eq(now), "take them again: UPDATE_EXPECT=1");
    for (one, (sample, _, (width, height))) in TAKEN.iter().zip(&taken) {
        let near = |own: u32, other: u32| own.abs_diff(other) * 5 <= own;
        let fits = near(one.pixels.0, *width) && near(one.pixels.1, *height);
        assert!(
            fits,
            "{sample} is {width} × {height} now, {:?} before",
            one.pixels
        );
    }
}

const HELP: &str = ".bar-help a";

/// Whether every picture of the page comes.
const PICTURES: &str = "
    return Promise.all([...document.querySelectorAll('main img')].map(async (e) => {
        const image = new Image();
        image.src = e.src;
        await image.decode();
        return image.naturalWidth === Number(e.getAttribute('width'));
    })).then((all) => all.every(Boolean) && all.length);";

async fn follows_help(person: &Person, title: &str) {
    let href = "return document.querySelector('.bar-help a').href;";
    let opens = "return document.querySelector('.bar-help a').target;";
    assert_eq!(person.script(opens).await, "_blank");
    let url = person.script(href).await;
    person.open(url.as_str().unwrap()).await;
    assert_eq!(person.heading().await, title);
}

#[tokio::test]
async fn the_manual_is_behind_every_screen_and_says_how() {
    let demo = Demo::start().await.unwrap();
    let person = Person::at_log_in(&demo).await;
    person.browser.tab_to(HELP, 60).await.unwrap();
    follows_help(&person, "ログインする・ログアウトする").await;
    person.sees("96-manual-log-in").await;
    assert_eq!(person.script(PICTURES).await, 2);

    let admin = Person::logged_in(&demo, ADMIN).await;
    admin.press("main a[href='/web/accounts/new']").await;
    follows_help(&admin, "アカウントを登録する").await;
    admin.sees("97-manual-account").await;
    admin.press("aside a[href='/manual/account-list']").await;
    assert_eq!(
        admin.heading().await,
        "アカウントを探す・変更する・停止する・廃止する"
    );
    admin.had_no_trouble().await;
}

#[tokio::test]
async fn the_manual_is_searched_and_printed_from_the_portal() {
    let demo = Demo::start().await.unwrap();
    let person = Person::with(Options {
        authority_pem: Some(demo.value("/centre/ca").into()),
        ..Options::default()
    })
    .await;
    person.open(demo.value("/portal/url")).await;
    person.press("main a[href='/manual']").await;
    assert_eq!(person.heading().await, "操作マニュアル");
    person.sees("98-manual").await;
    person.fill("#q", "ﾊﾟｽﾜｰﾄﾞ 忘れた").await;
    person.enter().await;
    person.sees("99-manual-search").await;
    person.press("main a[href='/manual/lost-password']").await;
    assert_eq!(person.heading().await, "パスワードや、失くしたものの回復");
    for book in BOOKS {
        let script = format!(
            "return fetch('/manual/books/{}.pdf').then((r) => r.arrayBuffer())
                .then((b) => new TextDecoder('latin1').decode(b.slice(0, 5)) + b.byteLength);",
            book.name
        );
        let told = person.script(&script).await;
        let length: usize = told
            .as_str()
            .unwrap()
            .strip_prefix("%PDF-")
            .unwrap()
            .parse()
            .unwrap();
        assert!(length > 100_000, "{}: {length} bytes", book.name);
    }
    person
        .open(&format!("{}/manual/nothing", demo.value("/portal/url")))
        .await;
    person.is_refused(404).await;
}
