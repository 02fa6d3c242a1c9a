"""Reports as files: Word in the layout of Decree 30/2020/NĐ-CP, Excel, plain text."""
