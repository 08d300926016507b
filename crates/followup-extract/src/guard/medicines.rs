//! Medicines that are not the case's: their dose is not the suspect's.

use crate::pattern::patterns;
use crate::products::Products;

patterns! {
    /// Endings of substance names.
    SUBSTANCE = r"\b[a-z]{3,}(?:cilina|micina|ciclina|floxacin[oa]?|azol|prazol|oxacino|pril|sartan|olol|dipin[oa]?|statina|ina|ona|fenaco|profeno|oxicam|mab|nib|vir|afilo|tidina|azepam|zolam|pam|setron|triptan|caina|cort|sona|solona|amol|cetamol|parina|xaban|gliptina|glifozina|formina|gliclazida|glibenclamida|tiazida|semida|lactona|metasona|sterona|oxina|butamol|terol|tropio|lukast|tadina|rizina|ramina|fenadina|penem|axona|epina|apina|peridona|idona|xetina|pramina|triptilina|dol|codona|fina|cloruro|sulfato|calcio|acido)\b";
    /// Ordinary words with such an ending.
    ORDINARY = r"^(?:medicina|orina|vitamina|proteina|persona|zona|rutina|oficina|cocina|vecina|gallina|piscina|maquina|semana|sobrina|esquina|disciplina|farmacona|retina|mucosina|hemoglobina|bilirrubina|creatinina|transaminasa|albumina|creatina|insulina|aquarelle|corona|telefona|llamona|madona|ninguna|opina|termina|camina|determina|examina|empeora|relaciona|menciona|funciona|reacciona|presiona|ocasiona|proporciona|evoluciona|soluciona|molina|carolina|cristina|martina|regina|marina|valentina|angelina|ramona|colina|pelvina|vacuna|fallecimiento|adicional|control|alcohol|sol|col|gol|rol|molona|dona|lona|cona|acido|cabecina|femenina|masculina|genuina|sodol|pacientina|mandona|calcio|angina|ruina|neblina|gelatina|harina|espina|toxina|endorfina|cafeina|nicotina)$";
    RESCUE = r"\b(?:se (?:le )?(?:manejo|trato|dio|administro|hidrat[ao]|coloco|indico) con|requirio|con (?:la |el )?(?:{treatment})? ?(?:de )?rescate|manejad[oa] con|tratad[oa] con|premedicacion|suero|clna|dextrosa|solucion|corticoides?|antihistaminicos?|antialergico|antibioticos?|otros? medicamentos?|tambien (?:tom\w+|us[aoe]\w*|recib\w+|le meti|di\b)|ademas (?:tom[oa]|usa|recib\w+))\b";
}

/// Whether another medicine is named between the case's product, if it is named, and a place.
pub(crate) fn other_before(products: &Products<'_>, before: &str) -> bool {
    let own = products.mentions(before).last().map_or(0, |mention| mention.range.end);
    let since = &before[own..];
    let other =
        SUBSTANCE.regex().find_iter(since).any(|word| ORDINARY.at_start(word.as_str()).is_none() && !products.is_word(word.as_str()));
    other || RESCUE.regex().is_match(since)
}

#[cfg(test)]
mod tests {
    use followup_domain::ids::ProductId;

    use super::*;
    use crate::input::ProductName;

    #[test]
    fn another_medicine_is_known_by_its_ending() {
        let all = [ProductName { id: ProductId(1), name: "Ceftriaxona 1 g".into() }];
        let products = Products::new(&all);
        for (before, expected) in [
            ("recibio ceftriaxona ", false),
            ("se administro clorfenamina ", true),
            ("clorfenamina y luego ceftriaxona ", false),
            ("toma la medicina por la boca ", false),
            ("ademas toma ", true),
            ("adrenalina ", true),
        ] {
            assert_eq!(other_before(&products, before), expected, "{before}");
        }
    }
}
