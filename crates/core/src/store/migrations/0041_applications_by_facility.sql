-- Nothing looks applications up by their institution.
drop index application_by_facility;
