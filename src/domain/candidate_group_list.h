/* domain/candidate_group_list.h - who the candidates of an exam are: X(code, what it is called in Chinese). An
 * enterprise's body assesses its own staff (with those dispatched to it), students of the graduating year under an
 * agreement with their school, and the staff of enterprises that commission it; others also the public. */

X(own_staff, "本单位职工")
X(students, "协议院校毕业年级学生")
X(commissioned, "委托企业职工")
X(public, "社会人员")
