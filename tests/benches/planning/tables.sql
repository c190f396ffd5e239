-- The tables of TPC-H without rows.
CREATE TABLE part AS SELECT 1 AS p_partkey, '' AS p_name, '' AS p_mfgr, '' AS p_brand, '' AS p_type, 1 AS p_size, '' AS p_container, CAST(1 AS DECIMAL(15, 2)) AS p_retailprice, '' AS p_comment WHERE false;
CREATE TABLE supplier AS SELECT 1 AS s_suppkey, '' AS s_name, '' AS s_address, 1 AS s_nationkey, '' AS s_phone, CAST(1 AS DECIMAL(15, 2)) AS s_acctbal, '' AS s_comment WHERE false;
CREATE TABLE partsupp AS SELECT 1 AS ps_partkey, 1 AS ps_suppkey, 1 AS ps_availqty, CAST(1 AS DECIMAL(15, 2)) AS ps_supplycost, '' AS ps_comment WHERE false;
CREATE TABLE customer AS SELECT 1 AS c_custkey, '' AS c_name, '' AS c_address, 1 AS c_nationkey, '' AS c_phone, CAST(1 AS DECIMAL(15, 2)) AS c_acctbal, '' AS c_mktsegment, '' AS c_comment WHERE false;
CREATE TABLE orders AS SELECT 1 AS o_orderkey, 1 AS o_custkey, '' AS o_orderstatus, CAST(1 AS DECIMAL(15, 2)) AS o_totalprice, DATE '1995-01-01' AS o_orderdate, '' AS o_orderpriority, '' AS o_clerk, 1 AS o_shippriority, '' AS o_comment WHERE false;
CREATE TABLE lineitem AS SELECT 1 AS l_orderkey, 1 AS l_partkey, 1 AS l_suppkey, 1 AS l_linenumber, CAST(1 AS DECIMAL(15, 2)) AS l_quantity, CAST(1 AS DECIMAL(15, 2)) AS l_extendedprice, CAST(1 AS DECIMAL(15, 2)) AS l_discount, CAST(1 AS DECIMAL(15, 2)) AS l_tax, '' AS l_returnflag, '' AS l_linestatus, DATE '1995-01-01' AS l_shipdate, DATE '1995-01-01' AS l_commitdate, DATE '1995-01-01' AS l_receiptdate, '' AS l_shipinstruct, '' AS l_shipmode, '' AS l_comment WHERE false;
CREATE TABLE nation AS SELECT 1 AS n_nationkey, '' AS n_name, 1 AS n_regionkey, '' AS n_comment WHERE false;
CREATE TABLE region AS SELECT 1 AS r_regionkey, '' AS r_name, '' AS r_comment WHERE false;
