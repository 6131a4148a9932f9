"""What CloudFormation calls, with the rights of whoever deploys, to make, change and remove each kind of resource.

From the handlers' permissions of AWS's resource schemas, without what none of our properties asks for.
"""

from collections.abc import Mapping


def _of(service: str, names: str) -> frozenset[str]:
    return frozenset(f"{service}:{name}" for name in names.split())


_API = _of("apigateway", "DELETE GET PATCH POST PUT")

NEEDS: Mapping[str, frozenset[str]] = {
    "AWS::ApiGatewayV2::Api": _API | _of("apigateway", "TagResource UntagResource"),
    "AWS::ApiGatewayV2::Integration": _API,
    "AWS::ApiGatewayV2::Route": _API,
    "AWS::ApiGatewayV2::Stage": _API
    | _of("apigateway", "TagResource UntagResource")
    | _of(  # to have an access log written
        "logs",
        "CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies GetLogDelivery "
        "ListLogDeliveries PutResourcePolicy UpdateLogDelivery",
    ),
    "AWS::Budgets::Budget": _of("budgets", "ListTagsForResource ModifyBudget TagResource UntagResource ViewBudget"),
    "AWS::CloudWatch::Alarm": _of(
        "cloudwatch", "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource"
    ),
    "AWS::CloudWatch::Dashboard": _of("cloudwatch", "DeleteDashboards GetDashboard PutDashboard"),
    "AWS::CodeDeploy::Application": _of(
        "codedeploy", "CreateApplication DeleteApplication GetApplication ListTagsForResource TagResource UntagResource"
    ),
    "AWS::CodeDeploy::DeploymentGroup": _of(
        "codedeploy", "CreateDeploymentGroup DeleteDeploymentGroup GetDeploymentGroup TagResource UpdateDeploymentGroup"
    )
    | _of("iam", "PassRole"),
    "AWS::DynamoDB::Table": _of(
        "dynamodb",
        "CreateTable DescribeContinuousBackups DescribeContributorInsights DescribeKinesisStreamingDestination "
        "DescribeTable DescribeTimeToLive GetResourcePolicy ListTagsOfResource TagResource UntagResource "
        "UpdateContinuousBackups UpdateTable UpdateTimeToLive",
    ),
    "AWS::Events::EventBus": _of(
        "events", "CreateEventBus DeleteEventBus DescribeEventBus ListTagsForResource TagResource"
    ),
    "AWS::Events::Rule": _of(
        "events", "DeleteRule DescribeRule ListTargetsByRule PutRule PutTargets RemoveTargets TagResource UntagResource"
    ),
    "AWS::IAM::Role": _of(
        "iam",
        "AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy "
        "ListAttachedRolePolicies ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy",
    ),
    "AWS::Lambda::Alias": _of("lambda", "CreateAlias DeleteAlias GetAlias UpdateAlias")
    | _of(
        "codedeploy",
        "CreateDeployment GetDeployment GetDeploymentConfig RegisterApplicationRevision StopDeployment",
    ),
    "AWS::Lambda::EventInvokeConfig": _of(
        "lambda",
        "DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig "
        "UpdateFunctionEventInvokeConfig",
    ),
    "AWS::Lambda::EventSourceMapping": _of(
        "lambda",
        "CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping",
    ),
    "AWS::Lambda::Function": _of(
        "lambda",
        "CreateFunction DeleteFunction DeleteFunctionConcurrency PutFunctionConcurrency "
        "GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration "
        "GetFunctionRecursionConfig GetLayerVersion GetRuntimeManagementConfig ListTags TagResource UntagResource "
        "UpdateFunctionCode UpdateFunctionConfiguration",
    )
    | _of("iam", "PassRole")
    | _of("s3", "GetObject")
    | _of("kms", "CreateGrant Decrypt DescribeKey Encrypt"),
    "AWS::Lambda::Permission": _of("lambda", "AddPermission GetPolicy RemovePermission"),
    "AWS::Lambda::Version": _of(
        "lambda", "DeleteFunction GetFunctionConfiguration ListVersionsByFunction PublishVersion"
    ),
    "AWS::Logs::LogGroup": _of(
        "logs",
        "CreateLogGroup DeleteLogGroup DescribeLogGroups ListTagsForResource PutRetentionPolicy TagResource "
        "UntagResource",
    ),
    "AWS::Logs::MetricFilter": _of("logs", "DeleteMetricFilter DescribeMetricFilters PutMetricFilter"),
    "AWS::S3::Bucket": _of(
        "s3",
        "CreateBucket GetBucketPublicAccessBlock GetBucketTagging GetEncryptionConfiguration GetLifecycleConfiguration "
        "ListBucket PutBucketPublicAccessBlock PutBucketTagging PutEncryptionConfiguration PutLifecycleConfiguration",
    ),
    "AWS::SNS::Subscription": _of("sns", "GetSubscriptionAttributes ListSubscriptionsByTopic Subscribe Unsubscribe"),
    "AWS::SNS::Topic": _of(
        "sns",
        "CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic "
        "ListTagsForResource SetTopicAttributes TagResource UntagResource",
    ),
    "AWS::SNS::TopicPolicy": _of("sns", "GetTopicAttributes SetTopicAttributes"),
    "AWS::SQS::Queue": _of(
        "sqs",
        "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue",
    ),
    "AWS::SQS::QueuePolicy": _of("sqs", "GetQueueAttributes SetQueueAttributes"),
    "AWS::Scheduler::Schedule": _of("scheduler", "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule")
    | _of("iam", "PassRole"),
    "AWS::StepFunctions::StateMachine": _of(
        "states",
        "CreateStateMachine DeleteStateMachine DescribeStateMachine ListStateMachineVersions ListTagsForResource "
        "TagResource UntagResource UpdateStateMachine",
    )
    | _of("iam", "PassRole"),
}
