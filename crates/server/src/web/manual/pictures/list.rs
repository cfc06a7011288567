//! The pictures that were taken. Written by a test with a browser:
//! `UPDATE_EXPECT=1 cargo test -p onshi-scenarios --test processes manual::pictures`.

use super::TakenPicture;

macro_rules! taken {
    ($($sample:literal $words:literal $across:literal $down:literal)*) => {
        &[$(TakenPicture {
            sample: $sample,
            words: $words,
            pixels: ($across, $down),
            bytes: include_bytes!(concat!($sample, ".webp")),
        },)*]
    };
}

pub(super) const TAKEN: &[TakenPicture] = taken! {
    "account-bulk--mixed" "a15b7a010797da23" 985 760
    "account-form--admin" "fe294eb53bc82875" 985 760
    "account-list--admin" "a83fe65b84d82405" 985 760
    "account-registered--activation" "c58481fff1f8d3fd" 1000 679
    "account-review--over" "0d4b7816834b6c02" 985 760
    "activation--first" "97e887cd274cee9a" 1000 616
    "application--guide" "cdfc69bdc7e37477" 985 760
    "arrivals--some" "bd09e68b2abd8ddf" 1000 388
    "audit--some" "8d8a42f335a32761" 985 760
    "bulk-result--done" "a49269fe806496cf" 1000 502
    "busy--plain" "25bf681b89d72f61" 1000 309
    "certificates--some" "2af0ac2f0c7e5466" 985 760
    "eligibility--lost" "79cbcc0d4b1d8f34" 985 760
    "eligibility--valid" "9517b2071a366668" 985 760
    "eligibility-today--some" "59d8636ae1f7145e" 1000 687
    "emergency-eligibility--valid" "88ad0f6519f483d3" 985 703
    "emergency-report--some" "45237cb76993dc87" 985 760
    "emergency-requests--none" "2375d632e5cf77f5" 985 725
    "emergency-search--medical-found" "0295bdc12de8841b" 985 760
    "emergency-uses--some" "13b29de556e9a78d" 985 760
    "environment--some" "1ad4b169826c8283" 985 760
    "environment-confirm--some" "e5d969e8b75f27f6" 1000 677
    "home-reception--issued" "c1493a069b7afd8a" 985 760
    "login--first" "3b3fd172ac5cd3d2" 1000 650
    "logins--some" "4f733648aceeda8c" 1000 476
    "master-reset--first" "6d4dc44de5c044f2" 1000 460
    "medical-checkups--some" "79000143102734c8" 985 760
    "medical-medicines--some" "c4a16b77a6a3627b" 985 760
    "medical-patients--some" "118e6ddb54b6d5c6" 1000 601
    "password--voluntary" "28b42e353dcfa15f" 1000 502
    "password-changed--link" "020037171ace44a1" 1000 342
    "readers--passcode" "107af26a778e30dc" 985 760
    "reference-number--empty" "6457fa71b78ad135" 985 739
    "second-factor-passkey--first" "b625f70d864d526b" 1000 430
    "second-factor-policy--some" "725ff35c40d297e5" 985 760
    "second-factor-totp--first" "50fb57a8066e71dc" 985 760
    "second-step--first" "2d5c8b9c616b9df7" 1000 518
    "start--valid" "0d5b1817f87af7f2" 1000 452
};
