-- One database a service: no service reads another's tables.
CREATE DATABASE catalog;
CREATE DATABASE cart;
CREATE DATABASE orders;
CREATE DATABASE payments;
CREATE DATABASE fulfilment;
CREATE DATABASE storefront;
