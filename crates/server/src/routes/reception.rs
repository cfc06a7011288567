//! Routes of the reception desk: eligibility (資格確認), arrivals, card readers, reference numbers, bulk checks.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::Session as LoggedInFor;
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/web/eligibility" LoggedInFor(F::CheckEligibility), page,
        menu(Eligibility, "資格確認（券面情報）", "保険者番号・記号・番号・生年月日で、資格を確認します。")
        => web::eligibility::form;
    POST "/web/eligibility" LoggedInFor(F::CheckEligibility), page => web::eligibility::check;
    GET "/web/eligibility/today" LoggedInFor(F::ListTodaysChecks), page,
        menu(Eligibility, "本日の資格確認", "きょう、この医療機関等で確認した結果の一覧です。")
        => web::eligibility::today::list;
    GET "/web/eligibility/today.csv" LoggedInFor(F::ListTodaysChecks), file => web::eligibility::today::csv;
    GET "/web/eligibility/today/{check}" LoggedInFor(F::OpenCheck), page => web::eligibility::today::open;
    GET "/web/arrivals" LoggedInFor(F::ListArrivals), page,
        menu(Eligibility, "来院一覧", "きょう、顔認証付きカードリーダーで受付をした方の一覧です。")
        => web::arrivals::list;
    GET "/web/arrivals/changed" LoggedInFor(F::ListArrivals), file => web::arrivals::changed;
    GET "/web/readers" LoggedInFor(F::SwitchReaderMode), page,
        menu(Eligibility, "顔認証付きカードリーダー操作",
            "目視確認用パスコードの発行と、カードリーダーのモードの切り替えを行います。")
        => web::readers::list;
    POST "/web/readers" LoggedInFor(F::SwitchReaderMode), page => web::readers::switch;
    POST "/web/readers/passcode" LoggedInFor(F::IssueByEyePasscode), page => web::readers::passcode;
    GET "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber), page,
        menu(Eligibility, "照会番号登録", "この医療機関等の患者番号を、資格に結び付けます。")
        => web::eligibility::reference::form;
    POST "/web/reference-number" LoggedInFor(F::RegisterReferenceNumber), page
        => web::eligibility::reference::register;
    GET "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk), page,
        menu(Eligibility, "一括照会", "予約の方などをまとめて確認し、結果を受け取ります。")
        => web::bulk::list;
    POST "/web/bulk" LoggedInFor(F::CheckEligibilityInBulk), page(web::bulk::FORM_BYTES_MAX)
        => web::bulk::upload;
    GET "/web/bulk/{number}" LoggedInFor(F::CheckEligibilityInBulk), page => web::bulk::show;
    GET "/web/bulk/{number}/{file}" LoggedInFor(F::CheckEligibilityInBulk), file => web::bulk::export;
};
