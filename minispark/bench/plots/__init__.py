"""A report as pictures: SVG text, written by hand so that the same figures always give the same bytes.

Each picture is one module with a function from the report to the picture, or None where the report has nothing for it;
``pictures`` lists them. A picture must be understood without the text around it: its title says what is good.
"""
